#!/bin/sh
# SPDX-License-Identifier: MIT
#
# outside.sh BUILD FOLDER: installs the library of that build into a prefix of its own, and builds
# against it, with nothing else of the tree: the example, with find_package and with pkg-config,
# and a file that includes every header that was installed.
set -eu
build=$1 folder=$(realpath -m "$2")
source=$(cd "$(dirname "$0")/../.." && pwd)

rm -rf "$folder/prefix" "$folder/source"
cmake --install "$build" --component library --prefix "$folder/prefix" >/dev/null
mkdir -p "$folder/source"
cp -r "$source/examples/import" "$folder/source/import"

{
	(cd "$folder/prefix/include" && find parallax -name '*.hpp' | sort) | sed 's/.*/#include <&>/'
	echo 'int main() {}'
} >"$folder/source/every_header.cpp"
[ "$(grep -c include "$folder/source/every_header.cpp")" -gt 40 ]
cat >"$folder/source/CMakeLists.txt" <<-'END'
	cmake_minimum_required(VERSION 3.25)
	project(outside LANGUAGES CXX)
	add_subdirectory(import)
	find_package(parallax 0.1 REQUIRED)
	add_executable(every-header every_header.cpp)
	target_link_libraries(every-header PRIVATE parallax::parallax)
END
cmake -S "$folder/source" -B "$folder/cmake" -G Ninja -D CMAKE_PREFIX_PATH="$folder/prefix" \
	-D CMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" \
	-D CMAKE_CXX_FLAGS="-Wall -Wextra -Werror"
cmake --build "$folder/cmake"

PKG_CONFIG_PATH=$(dirname "$(find "$folder/prefix" -name parallax.pc)")
export PKG_CONFIG_PATH
# With assertions off, as programs are released; CMake above leaves them on. Both must fit the library.
# shellcheck disable=SC2046 # these are words
c++ -DNDEBUG "$folder/source/import/main.cpp" -o "$folder/with-pkg-config" $(pkg-config --cflags --libs parallax)

# Nothing of Vulkan is linked: the loader is opened at run time, or missed with a sentence.
for program in "$folder/with-pkg-config" "$folder/cmake/import/parallax-import"; do
	status=0
	VK_DRIVER_FILES=/nowhere.json "$program" /nowhere >"$folder/output" 2>&1 || status=$?
	[ "$status" -eq 3 ] || { echo "$program: status $status"; cat "$folder/output"; exit 1; }
	if readelf -d "$program" | grep -F libvulkan; then exit 1; fi
done
