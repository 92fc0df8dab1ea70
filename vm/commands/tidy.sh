# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: tidy [FILE...]
# help:     clang-tidy over these C++ files, or over those that are changed since the
# help:     branch left main; half a minute and more for each, so not in check

main() {
	local base
	local -a files=("$@")
	if [[ $# -eq 0 ]]; then
		base=$(git -C "$project" merge-base HEAD main 2>/dev/null || echo HEAD)
		mapfile -t files < <(cd "$project" && git diff --name-only --diff-filter=d "$base" -- '*.cpp')
	fi
	[[ ${#files[@]} -gt 0 ]] || { say "no C++ file has changed"; return; }
	root_need
	# Its own build folder: clang reads neither GCC's precompiled headers nor joined files.
	step "configuring for clang-tidy" "$project/build/tidy-configure.log" in_room cmake --preset dev -B build/tidy \
		-D CMAKE_DISABLE_PRECOMPILE_HEADERS=ON -D CMAKE_UNITY_BUILD=OFF -D CCACHE_PROGRAM=
	step "compiling the shaders, which sources include" "$project/build/tidy-shaders.log" \
		in_room ninja -C build/tidy parallax-shaders-spirv
	step "clang-tidy over ${#files[@]} files" "$project/build/tidy.log" in_room bash -c \
		'printf "%s\0" "$@" | xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p build/tidy' - "${files[@]}"
}
