# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: bench [OPTIONS] [--filter EXPRESSION] [--quick] [ARGS...]
# help:     compare the speed of exporters and upload paths: text, JSON and charts
# help:     in out/bench/; ARGS are those of `parallax bench`
# help: bench --count [--keep] [OPTIONS] [--filter EXPRESSION]
# help:     count the instructions of exporters' operations, on every kernel or
# help:     on that of --kernel, and fail if one of this project's grew by over
# help:     10 %; --keep stores the new figures

readonly bench_out=out/bench
readonly bench_costs=bench/counted-costs.json
# With the driver that it attaches buffers to, and in colour if that shows.
bench_start=(sh -c 'modprobe vgem && exec parallax bench "$@"' -)
[[ ! -t 1 || -n ${NO_COLOR:-} ]] || bench_start=(env CLICOLOR_FORCE=1 "${bench_start[@]}")

main() {
	local repeat="./lab bench${*:+ $*}" status=0
	# For buffers of 512 MiB, one in huge pages and its copies beside it.
	machine_memory=4G
	if [[ ${1:-} == --count ]]; then
		shift
		bench_count "$@"
		return
	fi
	machine_options bench "$@"
	root_need
	build_for_machine parallax
	machine_run "${bench_start[@]}" --out "$bench_out" --repeat "$repeat" "${arguments[@]}" || status=$?
	if [[ $status -eq 0 && -f $project/$bench_out/results.dat ]]; then
		step "drawing the charts" "$project/build/charts.log" in_room bench/plot "$bench_out"
		say "the charts are in $project/$bench_out"
	fi
	return "$status"
}

# For one kernel, with the variables of bench_count.
bench_count_once() { machine_run "${bench_start[@]}" --count "$argument" "$bench_costs" "${arguments[@]}"; }

# bench_count [--keep] OPTIONS...
bench_count() {
	local kernel failed=() argument=--against
	if [[ ${1:-} == --keep ]]; then
		argument=--keep
		shift
	fi
	# Counting takes one processor and a clock that advances with its instructions alone.
	accelerator=tcg,thread=single
	machine_cpus=1
	machine_options bench "$@"
	machine_qemu+=(-icount "shift=0,sleep=off")
	# The number of page tables depends on the address of a mapping.
	machine_append+=" norandmaps"
	root_need
	for kernel in ${machine_kernel:-$(kernel_names)}; do
		machine_kernel=$kernel
		build_for_machine parallax
		say "counting instructions, kernel $kernel"
		bench_count_once || {
			# The count depends on the boot: freeing 64 MiB once took 14 % more, and the stored
			# count in the next boot of the same module.
			say "counting once more: only what has grown in both runs counts"
			bench_count_once
		} || failed+=("kernel $kernel")
	done
	[[ ${#failed[@]} -eq 0 ]] || die "counted costs: $(IFS=,; echo "${failed[*]}")"
}
