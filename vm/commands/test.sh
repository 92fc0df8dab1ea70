# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: test [OPTIONS] [ARGS...]
# help:     all checks and tests: those that need no device here, the others in
# help:     the machine, on every kernel or on that of --kernel (debug only
# help:     then); ARGS are ctest's

main() {
	local kernel failed=() kernels=() same=()
	machine_timeout=''
	machine_options test "$@"
	root_need
	kernel_need "$machine_kernel"
	mapfile -t kernels < <([[ -z $machine_kernel ]] && kernel_names || echo "$machine_kernel")
	check_all || failed+=("static checks")
	build_programs
	build_modules "${kernels[@]}"

	# Alone, since it also lists the tests for those that come after it.
	say "tests without a device"
	in_room ctest --test-dir "build/$preset" --timeout "$(patience_for '')" \
		--output-on-failure -L unit "${arguments[@]}" || failed+=("without a device")

	machine_same same
	# The newest kernel has most to do, and so begins.
	for kernel in $(printf '%s\n' "${kernels[@]}" | tac); do
		tests_in_machine "$kernel" "$(labels_for "$kernel")" ""
	done
	# Whoever asks for certain tests does not ask for these; a debug kernel costs what it costs.
	if [[ ${#arguments[@]} -eq 0 ]]; then
		queue_add "parsers" "$project/build/tests/parsers.log" fuzz_parsers --output-on-failure
		queue_add "tests of lab itself" "$project/build/tests/lab.log" "$project/vm/selftest.sh"
		[[ $machine_kernel == debug ]] || costs_of "${kernels[-1]}"
	fi
	# DMA through bounce buffers, so that a missing SYNC shows. (Not with
	# init_on_alloc=0: programs on virtiofs crash then, with or without us.)
	for kernel in "${kernels[@]}"; do
		tests_in_machine "$kernel" bounce "swiotlb=force"
	done
	queue_run
	failed+=("${queue_failed[@]}")
	[[ ${#failed[@]} -eq 0 ]] || die "tests failed: $(IFS=,; echo "${failed[*]}")"
}

# costs_of KERNEL: the module's operations, against the figures that are kept.
costs_of() {
	queue_add "costs of the module in instructions, kernel $1" "$project/build/tests/costs.log" \
		"$project/lab" bench --count --no-build --kernel "$1" --filter /exporter/
}

# labels_for KERNEL: which tests, see tests/CMakeLists.txt. Debian's oldest kernel has nothing
# to compare the module with.
labels_for() {
	case $1 in
	"$(kernel_names | head -n 1)") echo 'kernel' ;;
	"$(kernel_names | tail -n 1)" | debug) echo 'kernel|vm|newest' ;;
	*) echo 'kernel|vm' ;;
	esac
}

# timeout_for KERNEL: seconds after which a machine has been stuck for long; patience_for
# KERNEL: the same of one test. The debug kernel is several times as slow as any other.
timeout_for() { [[ $1 == debug ]] && echo 7200 || echo 1200; }
patience_for() { [[ $1 == debug ]] && echo 1500 || echo 300; }

# tests_in_machine KERNEL LABEL APPEND: the tests with that label, in a machine
# booted with APPEND on its kernel's command line. Machines run side by side, so
# each has a folder of its own for what CTest notes down.
tests_in_machine() {
	# shellcheck disable=SC2016 # the machine's shell expands it
	queue_add "tests in the machine, kernel $1${3:+, booted with $3}" "$project/build/tests/kernel-$1${3:+-$2}.log" \
		"$project/lab" run "${same[@]}" --kernel "$1" --append "$machine_append $3" \
		--timeout "${machine_timeout:-$(timeout_for "$1")}" -- \
		sh -c 'mount -t tmpfs none "$1/Testing" && exec ctest --test-dir "$@"' - "build/$preset" \
		--parallel "$machine_cpus" --timeout "$(patience_for "$1")" --output-on-failure -L "$2" "${arguments[@]}"
}
