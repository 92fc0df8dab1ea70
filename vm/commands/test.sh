# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: test [OPTIONS] [ARGS...]
# help:     all checks and tests: those that need no device here, the others in
# help:     the machine, on every kernel or on that of --kernel; ARGS are ctest's

main() {
	local kernel failed=()
	machine_timeout=1200
	machine_options test "$@"
	root_need
	check_all || failed+=("static checks")
	build_programs
	build_modules

	say "tests of lab itself"
	"$project/vm/selftest.sh" || failed+=("lab itself")
	say "tests without a device"
	in_room ctest --test-dir "build/$preset" --output-on-failure -L unit "${arguments[@]}" || failed+=("without a device")
	for kernel in ${machine_kernel:-$(kernel_names)}; do
		tests_in_machine "$kernel" vm "" || failed+=("kernel $kernel")
		# DMA through bounce buffers, so that a missing SYNC shows. (Not with
		# init_on_alloc=0: programs on virtiofs crash then, with or without us.)
		tests_in_machine "$kernel" bare "swiotlb=force" || failed+=("kernel $kernel, bounce buffers")
	done
	[[ ${#failed[@]} -eq 0 ]] || die "tests failed: $(IFS=,; echo "${failed[*]}")"
}

# tests_in_machine KERNEL LABEL APPEND: the tests with that label, in a machine
# booted with APPEND on its kernel's command line.
tests_in_machine() {
	local machine_kernel=$1 machine_append="$machine_append $3"
	say "tests in the machine, kernel $1${3:+, booted with $3}"
	machine_run ctest --test-dir "build/$preset" --parallel "$machine_cpus" --output-on-failure -L "$2" "${arguments[@]}"
}
