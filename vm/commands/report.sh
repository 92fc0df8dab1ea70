# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: report [OPTIONS] [ARGS...]
# help:     `parallax report` in the machine: what works there and what does not,
# help:     in out/report/: report.html, report.md and report.json; ARGS are
# help:     report's, --compare OLD NEW for example

main() {
	local -a out
	local status=0
	machine_options report "$@"
	root_need
	build_for_machine parallax
	out_option out/report "${arguments[@]}"
	# With a device for every exporter.
	machine_run sh -c 'modprobe -qa vgem bochs
		modprobe -q vivid n_devs=1 node_types=0x1 num_inputs=1 input_types=0 no_error_inj=1
		exec parallax report "$@"' report "${out[@]}" "${arguments[@]}" || status=$?
	[[ ${#out[@]} -gt 0 && " ${arguments[*]} " != *" --compare "* ]] || return "$status"
	case $status in
	0 | 1) say "the report is $project/out/report/report.html" ;;
	esac
	return "$status"
}
