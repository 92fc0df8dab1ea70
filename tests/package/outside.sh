#!/bin/sh
# SPDX-License-Identifier: MIT
#
# outside.sh BUILD FOLDER: installs the library of that build into a new prefix, and builds against
# it, without the rest of the tree: the examples, with find_package and with pkg-config, and files that
# include the installed headers.
set -eu
build=$1 folder=$(realpath -m "$2")
source=$(cd "$(dirname "$0")/../.." && pwd)
complain() { echo "$*" >&2; exit 1; }

rm -rf "$folder/prefix" "$folder/source"
cmake --install "$build" --component library --prefix "$folder/prefix" >/dev/null
mkdir -p "$folder/source"
cp -r "$source/examples/import" "$source/examples/allocate" "$folder/source"

# The library defines no symbol outside of its namespace except instances of the standard library's
# templates, and links no function of Vulkan, so that a program may use any loader.
archive=$(find "$folder/prefix" -name libparallax.a)
nm --extern-only "$archive" | sed -n 's/^.* [A-Za-z] //p' | sort -u >"$folder/symbols"
grep -E '^_?(vk|Vk|vma|Vma|stb|glfw)' "$folder/symbols" && complain "the library has symbols of others"
nm --extern-only --defined-only "$archive" | sed -n 's/^.* [A-Za-z] //p' |
	grep -vE '^_Z.*(8parallax|St|Ss|9__gnu_cxx)|^DW\.ref' && complain "the library defines symbols outside of its namespace"
c++filt <"$folder/symbols" | grep -E '\<vk::' && complain "the library has Vulkan-Hpp's functions"

headers=$(cd "$folder/prefix/include" && find parallax -name '*.hpp' | sort)
count=$(echo "$headers" | wc -l)
if [ "$count" -lt 20 ] || [ "$count" -gt 25 ]; then complain "$count headers are installed"; fi
for private in offscreen files; do
	[ ! -e "$folder/prefix/include/$private" ] || complain "$private is installed"
done
{
	echo "$headers" | sed 's/.*/#include <&>/'
	# Types must be alike in every file of the program.
	echo 'extern const unsigned long NAME[]; const unsigned long NAME[] = {
	sizeof(parallax::VulkanDevice), sizeof(parallax::ImportPlan), sizeof(parallax::ImportedImage),
	sizeof(parallax::Semaphore), sizeof(parallax::VulkanError)};'
} >"$folder/source/every_header.hpp"
# program NAME LINES...: a file that includes every header after these lines.
program() {
	name=$1
	shift
	{
		printf '%s\n' "$@"
		echo "#define NAME $name"
		echo '#include "every_header.hpp"'
	} >"$folder/source/$name.cpp"
}
program plain '#include <vulkan/vulkan.h>'
program no_prototypes '#define VK_NO_PROTOTYPES' '#include <vulkan/vulkan.h>'
program assertions_off '#define NDEBUG'
program hpp '#include <vulkan/vulkan.hpp>'
program hpp_without_exceptions '#define VULKAN_HPP_NO_EXCEPTIONS' '#define VULKAN_HPP_NO_STRUCT_SETTERS' \
	'#define VULKAN_HPP_DISPATCH_LOADER_DYNAMIC 1' '#define VK_NO_PROTOTYPES' '#include <vulkan/vulkan.hpp>'
cat >"$folder/source/main.cpp" <<-'END'
	#include <algorithm>
	#include <functional>
	#include <iterator>
	#include <system_error>
	#include <parallax/ipc/frame_sharing.hpp>
	#include <parallax/kms/framebuffer.hpp>
	#include <parallax/vulkan/import/multiplanar.hpp>
	extern const unsigned long plain[5], no_prototypes[5], assertions_off[5], hpp[5], hpp_without_exceptions[5];
	int main() {
		for (const auto* other : {no_prototypes, assertions_off, hpp, hpp_without_exceptions}) {
			if (!std::equal(plain, plain + 5, other)) {
				return 1;
			}
		}
		// Of programs of other people: a frame to announce, a card of an fd, an image with all planes.
		const parallax::message::Frame frame{
			.fingerprint = parallax::fingerprint(parallax::Picture({.width = 4, .height = 4}))};
		try {
			const parallax::kms::Card card{parallax::UniqueFd()};
			return 1;
		} catch (const std::system_error&) {
		}
		const std::function create(&parallax::ImportedMultiplanar::create);
		return frame.fingerprint != 0 && create ? 0 : 1;
	}
END
cat >"$folder/source/CMakeLists.txt" <<-'END'
	cmake_minimum_required(VERSION 3.25)
	project(outside LANGUAGES CXX)
	add_subdirectory(import)
	add_subdirectory(allocate)
	find_package(parallax 0.1 REQUIRED)
	add_executable(habits main.cpp plain.cpp no_prototypes.cpp assertions_off.cpp hpp.cpp hpp_without_exceptions.cpp)
	target_link_libraries(habits PRIVATE parallax::parallax)
END
cmake -S "$folder/source" -B "$folder/cmake" -G Ninja -D CMAKE_PREFIX_PATH="$folder/prefix" \
	-D CMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" \
	-D CMAKE_CXX_FLAGS="-Wall -Wextra -Werror -Wno-missing-field-initializers"
cmake --build "$folder/cmake"
"$folder/cmake/habits" || complain "a type depends on what was included before, or cannot be used"

PKG_CONFIG_PATH=$(dirname "$(find "$folder/prefix" -name parallax.pc)")
export PKG_CONFIG_PATH
# Each header alone; it sets no macro that a program could have.
for header in $headers; do
	echo "#include <$header>" >"$folder/source/alone.cpp"
	# shellcheck disable=SC2046 # these are words
	c++ -fsyntax-only -DVK_NO_PROTOTYPES "$folder/source/alone.cpp" $(pkg-config --cflags parallax) ||
		complain "$header needs what it does not include"
done
grep -rnE '^# *define|push_macro' "$folder/prefix/include/parallax" && complain "a header sets a macro"

# With assertions off, as in release builds; CMake above leaves them on. Both must work with the library.
# shellcheck disable=SC2046
c++ -DNDEBUG "$folder"/source/import/*.cpp -o "$folder/import-with-pkg-config" $(pkg-config --cflags --libs parallax vulkan)
# shellcheck disable=SC2046
c++ -DNDEBUG "$folder/source/allocate/main.cpp" -o "$folder/allocate-with-pkg-config" \
	$(pkg-config --cflags --libs parallax)

# Failures are reported, and only programs that use Vulkan link it.
for program in import allocate; do
	for path in "$folder/$program-with-pkg-config" "$folder/cmake/$program/parallax-$program"; do
		status=0
		"$path" /nowhere >"$folder/output" 2>&1 || status=$?
		[ "$status" -eq 3 ] || { cat "$folder/output"; complain "$path: status $status"; }
	done
done
if readelf -d "$folder/allocate-with-pkg-config" | grep -F libvulkan; then exit 1; fi
