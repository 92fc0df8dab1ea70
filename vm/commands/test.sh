# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: test [OPTIONS] [ARGS...]
# help:     all checks and tests: those that need no device here, the others in
# help:     the machine, on every kernel or on that of --kernel (debug only
# help:     then); ARGS are ctest's

main() {
	local kernel failed=() kernels=()
	machine_timeout=''
	machine_options test "$@"
	root_need
	kernel_need "$machine_kernel"
	mapfile -t kernels < <([[ -z $machine_kernel ]] && kernel_names || echo "$machine_kernel")
	check_all || failed+=("static checks")
	build_programs
	build_modules "${kernels[@]}"

	say "tests of lab itself"
	"$project/vm/selftest.sh" || failed+=("lab itself")
	say "tests without a device"
	in_room ctest --test-dir "build/$preset" --output-on-failure -L unit "${arguments[@]}" || failed+=("without a device")
	# Whoever asks for certain tests does not ask for this.
	[[ ${#arguments[@]} -gt 0 ]] || fuzz_parsers --output-on-failure || failed+=("parsers")
	for kernel in "${kernels[@]}"; do
		tests_in_machine "$kernel" "$(labels_for "$kernel")" "" || failed+=("kernel $kernel")
		# DMA through bounce buffers, so that a missing SYNC shows. (Not with
		# init_on_alloc=0: programs on virtiofs crash then, with or without us.)
		tests_in_machine "$kernel" bounce "swiotlb=force" || failed+=("kernel $kernel, bounce buffers")
	done
	# Whoever asks for certain tests does not ask for this; a debug kernel costs what it costs.
	[[ ${#arguments[@]} -gt 0 || $machine_kernel == debug ]] ||
		costs_of "${machine_kernel:-$(kernel_names | tail -n 1)}" || failed+=("costs, see build/counted-costs.log")
	[[ ${#failed[@]} -eq 0 ]] || die "tests failed: $(IFS=,; echo "${failed[*]}")"
}

# costs_of KERNEL: the module's operations, against the figures that are kept.
costs_of() {
	local log=$project/build/counted-costs.log
	say "costs of the module in instructions, kernel $1"
	"$project/lab" bench --count --no-build --kernel "$1" --filter /exporter/ >"$log" 2>&1 && return
	grep -E '^(GREW|lab|parallax):?' "$log" >&2
	return 1
}

# labels_for KERNEL: which tests, see tests/CMakeLists.txt. Debian's oldest kernel has nothing
# to compare the module with.
labels_for() {
	case $1 in
	"$(kernel_names | head -n 1)") echo 'kernel' ;;
	"$(kernel_names | tail -n 1)") echo 'kernel|vm|newest' ;;
	*) echo 'kernel|vm' ;;
	esac
}

# timeout_for KERNEL: seconds after which a machine has been stuck for long.
timeout_for() {
	case $1 in
	debug) echo 5400 ;; # several times as slow as any other
	*) echo 1200 ;;
	esac
}

# tests_in_machine KERNEL LABEL APPEND: the tests with that label, in a machine
# booted with APPEND on its kernel's command line.
tests_in_machine() {
	local machine_kernel=$1 machine_append="$machine_append $3" machine_timeout=${machine_timeout:-$(timeout_for "$1")}
	say "tests in the machine, kernel $1${3:+, booted with $3}"
	machine_run ctest --test-dir "build/$preset" --parallel "$machine_cpus" --output-on-failure -L "$2" "${arguments[@]}"
}
