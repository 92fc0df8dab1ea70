# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: test [OPTIONS] [ARGS...]
# help:     all checks and tests: those without a device here, the others in the
# help:     machine, on every kernel or on that of --kernel (debug only then);
# help:     of other architectures without --kernel only the module's tests, one
# help:     render and the GPUs that are pretended there, on the newest kernel.
# help:     ARGS are ctest's. The parsers only read their stored inputs here:
# help:     `sanitize fuzz` makes new ones

readonly test_logs=$project/build/tests

# What runs on the newest kernel of each other architecture, and the targets that it needs, without the
# program, whose compilation takes longest. contract.example renders. The GPUs are those of gpus.sh whose
# drivers Debian builds for that architecture alone.
readonly test_sample='^(uapi|contract|gpus)[.]'
readonly test_sample_targets=(uapi-tests uapi-programs contract-tests example-import
	gpus-tests pretended-prime pretended-v3d)

main() {
	local kernel label failed=() kernels=() samples=() same=() one_process=''
	machine_timeout=''
	machine_options test "$@"
	root_need
	kernel_need "$machine_kernel"
	mapfile -t kernels < <([[ -z $machine_kernel ]] && kernel_names || echo "$machine_kernel")
	[[ -n $machine_kernel || ${#arguments[@]} -gt 0 ]] || mapfile -t samples < <(sample_kernels)
	for kernel in "${samples[@]}"; do kernel_need "$kernel"; done
	accelerator_begin
	check_all || failed+=("static checks")
	build_programs_for "$(arch_of "$machine_kernel")"
	for kernel in "${samples[@]}"; do build_programs_for "$(arch_of "$kernel")" "${test_sample_targets[@]}"; done
	build_modules "${kernels[@]}"
	for kernel in "${samples[@]}"; do build_module "$(kernel_release "$kernel")"; done # no test drivers

	rm -rf -- "$test_logs"
	mkdir -p -- "$test_logs"
	[[ $(arch_of "$machine_kernel") != "$arch_host" ]] || tests_here

	machine_same same
	# Selected tests run in processes of their own.
	[[ ${#arguments[@]} -gt 0 ]] || one_process=/tmp/one-process
	# Start with the newest kernel: it has the most tests.
	for kernel in $(printf '%s\n' "${kernels[@]}" | tac); do
		for label in $(labels_for "$kernel"); do
			tests_in_machine "$kernel" "$label" ""
		done
	done
	for kernel in "${samples[@]}"; do tests_of_sample "$kernel"; done
	# Not with selected tests. Costs are not compared on a debug kernel.
	if [[ ${#arguments[@]} -eq 0 && $(arch_of "$machine_kernel") == "$arch_host" ]]; then
		queue_add "tests of lab itself" "$test_logs/lab.log" "$project/vm/selftest.sh"
		[[ $machine_kernel == debug ]] || costs_of "${kernels[-1]}"
	fi
	# DMA through bounce buffers, so that a missing SYNC shows. (Not with
	# init_on_alloc=0: programs on virtiofs crash then, with or without us.)
	for kernel in "${kernels[@]}"; do
		tests_in_machine "$kernel" bounce "swiotlb=force numa=fake=2"
	done
	queue_run
	failed+=("${queue_failed[@]}")
	where_the_time_went
	[[ ${#failed[@]} -eq 0 ]] || die "tests failed: $(IFS=,; echo "${failed[*]}")"
}

# sample_kernels: of each other architecture the newest kernel, with the largest pages.
sample_kernels() {
	local arch
	for arch in $(arch_foreign); do kernel_names_foreign "$arch" | tail -n 1; done
}

tests_of_sample() {
	local -a arguments=(-R "$test_sample")
	tests_in_machine "$1" 'kernel|vm|unit' ""
}

# Before the others, since it also lists the tests for them.
tests_here() {
	say "tests without a device"
	in_room ctest --test-dir "build/$preset" --timeout "$(patience_for '')" --output-on-failure -L unit \
		"${arguments[@]}" | tee -- "$test_logs/unit.log" || failed+=("without a device")
}

# costs_of KERNEL: compares the cost of the module's operations with the stored figures.
costs_of() {
	queue_add "costs of the module in instructions, kernel $1" "$test_logs/costs.log" \
		"$project/lab" bench --count --no-build --kernel "$1" --filter '^(buffer|device|sync-4)/exporter/(4K|1M|64M)$'
}

# labels_for KERNEL: the labels of its tests, see tests/CMakeLists.txt, one word for
# each machine. Debian's oldest kernel has no other exporter to compare the module with.
# What needs no device has not run before where another architecture is tested.
labels_for() {
	[[ $(arch_of "$1") == "$arch_host" ]] || echo unit
	case ${1%%-*} in
	"$(kernel_names | head -n 1)") echo 'kernel' ;;
	"$(kernel_names | tail -n 1)" | debug)
		echo 'newest window vm kernel'
		[[ $(arch_of "$1") != "$arch_host" ]] || echo pages ;;
	*) echo 'vm kernel' ;;
	esac
}

# timeout_for KERNEL: the time limit of a machine, in seconds; patience_for KERNEL: that of one test,
# or of all tests in one process. The debug kernel and other architectures are several times slower.
timeout_for() { test_is_slow "$1" && echo 7200 || echo 3000; }
patience_for() { test_is_slow "$1" && echo 1500 || echo 600; }
test_is_slow() { [[ $1 == debug || $(arch_of "$1") != "$arch_host" ]]; }

# cpus_for KERNEL LABEL: the processors of its machine. The programs' tests get one where the host has no more than
# two: emulated processors wait for each other, so that two of them take half as long again as one for the
# same tests, or twice as long. Those with the labels kernel and bounce have two, for
# races, and all do on the debug kernel.
cpus_for() {
	if [[ $1 != debug && $2 =~ ^(newest|window|pages|vm)$ && $jobs -le 2 && " ${machine_given[*]} " != *' --cpus '* ]]; then
		echo 1
	else
		echo "$machine_cpus"
	fi
}

# tests_in_machine KERNEL LABEL APPEND: the tests with that label, in a machine
# booted with APPEND on its kernel's command line. Machines run in parallel, so
# each has its own folder for CTest's records.
tests_in_machine() {
	local log=kernel-$1-${2//|/-} cpus arch_preset=''
	cpus=$(cpus_for "$1" "$2")
	arch_take "$(arch_of "$1")"
	mkdir -p -- "$project/build/$arch_preset/Testing"
	# shellcheck disable=SC2016 # the machine's shell expands it
	queue_add "tests in the machine, kernel $1: $2${3:+, booted with $3}" "$test_logs/$log.log" \
		"$project/lab" run "${same[@]}" --cpus "$cpus" --log "$log" --kernel "$1" --append "$machine_append $3" \
		--timeout "${machine_timeout:-$(timeout_for "$1")}" -- \
		env PARALLAX_ONE_PROCESS="$one_process" \
		sh -c 'mount -t tmpfs none "$1/Testing" && exec ctest --test-dir "$@"' - "build/$arch_preset" \
		--parallel "$cpus" --timeout "$(patience_for "$1")" --output-on-failure -L "$2" "${arguments[@]}"
}

# Prints the ten slowest tests of all of CTest's logs, each with its log's name, and the seconds of
# each label. Tests run in parallel, so the sum exceeds the elapsed time.
where_the_time_went() {
	say "the slowest tests, in seconds:"
	awk '/ Test +#[0-9]+: .* sec *$/ {
			log_name = FILENAME
			gsub(/^.*\/|\.log$/, "", log_name)
			sub(/^.* Test +#[0-9]+: /, "")
			printf "%8.1f  %s (%s)\n", $(NF - 1), $1, log_name
		}' "$test_logs"/*.log | sort -rn | sed -n '1,10s/^/     |/p' >&2 # head would end sort by SIGPIPE
	say "seconds of tests by label:"
	awk '/^[a-z-]+ += +[0-9.]+ sec\*proc/ { seconds[$1] += $3; gsub(/[^0-9]/, "", $5); tests[$1] += $5 }
		END { for (label in seconds) printf "%8.1f  %s, %d tests\n", seconds[label], label, tests[label] }' \
		"$test_logs"/*.log | sort -rn | sed 's/^/     |/' >&2
}
