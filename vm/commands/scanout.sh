# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: scanout [OPTIONS] [ARGS...]
# help:     `parallax scanout` in the machine: its display shows the CPU's picture,
# help:     and QEMU captures the display; both in out/scanout.png

main() {
	local -a out
	local status=0
	machine_options scanout "$@"
	root_need
	build_for_machine parallax
	# shellcheck disable=SC2016 # the machine's shell expands it
	out_option out "${arguments[@]}"
	machine_run sh -c 'modprobe bochs && exec parallax scanout --frames 2 "$@"' - \
		"${out[@]}" "${arguments[@]}" || status=$?
	[[ ${#out[@]} -gt 0 ]] || return "$status"
	case $status in
	0 | 1) say "the picture is $project/out/scanout.png" ;;
	esac
	return "$status"
}
