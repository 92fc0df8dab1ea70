# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The parsers (tests/parsers), built with clang's libFuzzer in build/fuzz.

fuzz_runs=''  # inputs for each parser, empty: about a second of them
fuzz_seed=1   # of the inputs

# fuzz_parsers ARGS...: ARGS are ctest's. An input that crashes a parser is kept in build/fuzz.
fuzz_parsers() {
	with_lock "$project/build/.lock" "the build" \
		step "building the parsers with libFuzzer" "$project/build/fuzz.log" in_build fuzz
	say "parsers, with inputs made up for them"
	in_room --setenv PARALLAX_FUZZ_RUNS "$fuzz_runs" --setenv PARALLAX_FUZZ_SEED "$fuzz_seed" \
		ctest --test-dir build/fuzz "$@"
}
