# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: sanitize [asan|tsan] [ARGS...]
# help:     the tests that need no device, under the sanitizers of that preset: asan
# help:     (addresses and undefined behaviour) or tsan (threads); ARGS are ctest's

main() {
	local sanitizer=${1:-asan}
	[[ $sanitizer == asan || $sanitizer == tsan ]] || usage_error "sanitize: there is no preset '$sanitizer'" "lab sanitize [asan|tsan]"
	[[ $# -eq 0 ]] || shift
	root_need
	with_lock "$project/build/.lock" "the build" \
		step "building the tests under $sanitizer" "$project/build/$sanitizer.log" in_room bash -c '
			set -e
			[ -f "build/$1/build.ninja" ] || cmake --preset "$1"
			cmake --build "build/$1" --target unit-tests window-unit-tests' - "$sanitizer"
	in_room ctest --test-dir "build/$sanitizer" --output-on-failure -L unit -R "^(unit|window)" "$@"
}
