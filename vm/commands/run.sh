# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: run [OPTIONS] -- CMD...
# help:     boot, load the module, run CMD as root in this directory, with the
# help:     built programs on PATH; its output and exit status are passed on
# help: run --gpu NAME [--no-build] -- CMD...
# help:     run CMD with the driver of a GPU that is not there (`lab gpus`), here and
# help:     not in the machine, unless Debian has that driver for another
# help:     architecture alone. The driver works up to the submission, and nothing
# help:     is executed. --exporter udmabuf has memory. Each line of output is
# help:     marked, and the GPU is named "pretended ..." in pictures and reports

main() {
	machine_options run "$@"
	[[ ${#arguments[@]} -gt 0 ]] || usage_error "run: there is no command to run" "lab run [OPTIONS] -- CMD..."
	if [[ -n $machine_gpu ]]; then
		run_pretended "${arguments[@]}"
		return
	fi
	root_need
	build_for_machine "${arguments[@]}"
	machine_run "${arguments[@]}"
}

run_pretended() {
	local option targets build
	local -a gpu_where
	local -a mark=(sed -u "s/^/pretended $machine_gpu | /")
	for option in "${machine_given[@]}"; do
		case $option in
		--gpu | --no-build) ;;
		*) usage_error "run: $option is an option of the machine, and --gpu runs without one" ;;
		esac
	done
	root_need
	gpu_place "$machine_gpu"
	targets=$(build_targets_for "$@")
	# shellcheck disable=SC2086 # these are words
	[[ $machine_build -eq 0 ]] || gpu_build ${targets:+$targets pretended-prime faults-layer}
	arch_take "$gpu_arch"
	build=$project/build/$arch_preset/tests
	{
		"${gpu_where[@]}" env VK_INSTANCE_LAYERS=VK_LAYER_PARALLAX_faults "VK_ADD_LAYER_PATH=$build/failures/layers" \
			PARALLAX_FAULTS=pretended "$project/tests/gpus/pretend" "$build/gpus/pretended-prime.so" \
			"$machine_gpu" "$@" 2>&1 >&3 | "${mark[@]}" >&2
	} 3>&1 | "${mark[@]}"
}
