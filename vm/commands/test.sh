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
		say "tests in the machine, kernel $kernel"
		machine_kernel=$kernel
		machine_run ctest --test-dir "build/$preset" --parallel "$machine_cpus" --output-on-failure -L vm "${arguments[@]}" || failed+=("kernel $kernel")
	done
	[[ ${#failed[@]} -eq 0 ]] || die "tests failed: $(IFS=,; echo "${failed[*]}")"
}
