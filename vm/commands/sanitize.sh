# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: sanitize [asan|tsan] [OPTIONS] [ARGS...]
# help:     the tests of the library and the program under the sanitizers of that
# help:     preset: asan (addresses, leaks and undefined behaviour) or tsan (threads);
# help:     without a device here, the others in the machine; ARGS are ctest's
# help: sanitize fuzz [RUNS [SEED]]
# help:     run libFuzzer on every parser, under asan's sanitizers, with a default
# help:     number of inputs or RUNS; the inputs depend on SEED

# Tests of the library and the program. Those of the kernel's interface (uapi, stress, fuzz) do not
# use the library.
readonly sanitized='^(unit|window|bench|parsers|contract|sources|render|fences|kms|camera|broken-camera|transform|viewers|share|judge|who|report|failures|failing-window|program)'
readonly sanitized_targets=(unit-tests window-unit-tests window-tests bench-tests bench-settings-tests parsers contract-tests sources-tests
	render-tests fences-tests kms-tests camera-tests broken-camera-tests transform-tests viewers-tests share-tests judge-tests who-tests report-tests
	failures-tests failing-window-tests broken-exporter crashing-driver parallax-program)

# Before it looks at an object's type, UBSan tests by a pipe whether its memory can be read. These tests
# leave no fd for a pipe, and it then reports every object.
readonly -A not_under=(
	[asan]='^unit[.](Sharer[.](ThatCanOpenNoMoreFilesGoesOn|TakesTheFdOfOneThat.*)|Guardian[.]ThatCannotWatchIts.*)$'
	[tsan]='^$'
)

# tests/sanitizers has the suppressions, with the reasons.
readonly sanitizer_options=(
	ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
	"LSAN_OPTIONS=suppressions=$project/tests/sanitizers/leaks.supp:print_suppressions=0"
	UBSAN_OPTIONS=print_stacktrace=1
	# A report can name a driver only if it is still loaded at the end.
	VK_LOADER_DISABLE_DYNAMIC_LIBRARY_UNLOADING=1
	"TSAN_OPTIONS=suppressions=$project/tests/sanitizers/threads.supp:ignore_noninstrumented_modules=1:die_after_fork=0"
)

main() {
	local sanitizer=${1:-asan} failed=()
	[[ $# -eq 0 ]] || shift
	case $sanitizer in
	asan | tsan) ;;
	fuzz)
		[[ $# -le 2 ]] || usage_error "sanitize fuzz: what is '$3'?" "lab sanitize fuzz [RUNS [SEED]]"
		fuzz_runs=${1:-} fuzz_seed=${2:-1}
		root_need
		fuzz_parsers --verbose
		return
		;;
	*) usage_error "sanitize: there is no preset '$sanitizer'" "lab sanitize [asan|tsan|fuzz]" ;;
	esac
	# Sanitizers need memory for their records.
	machine_memory=4G machine_preset=$sanitizer
	machine_options sanitize "$@"
	[[ $(arch_of "$machine_kernel") == "$arch_host" ]] ||
		usage_error "sanitize: the sanitizers' presets are for $arch_host alone, and not for kernel $machine_kernel"
	root_need
	kernel_need "$machine_kernel"
	if [[ $machine_build -eq 1 ]]; then
		build_sanitized "$sanitizer"
		build_modules "$machine_kernel"
	fi
	say "tests without a device, under $sanitizer"
	in_room env "${sanitizer_options[@]}" ctest --test-dir "build/$sanitizer" --output-on-failure -R "$sanitized" \
		-E "${not_under[$sanitizer]}" -L unit \
		"${arguments[@]}" || failed+=("without a device")
	say "tests in the machine, under $sanitizer"
	machine_run env "${sanitizer_options[@]}" ctest --test-dir "build/$sanitizer" --output-on-failure -R "$sanitized" -LE '^bounce$|unit|long' \
		--parallel "$machine_cpus" "${arguments[@]}" || failed+=("in the machine")
	[[ ${#failed[@]} -eq 0 ]] || die "tests under $sanitizer failed: $(IFS=,; echo "${failed[*]}")"
}

build_sanitized() {
	with_lock "$project/build/.lock" "the build" \
		step "building the tests under $1" "$project/build/$1.log" in_build "$1" "${sanitized_targets[@]}"
}
