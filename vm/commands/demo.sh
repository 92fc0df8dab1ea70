# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: demo [OPTIONS] [ARGS...]
# help:     `parallax render` in the machine: the CPU's view, the GPU's view and
# help:     their difference, in out/; ARGS are render's, --decoy for example

main() {
	local -a out
	local status=0
	machine_options demo "$@"
	root_need
	build_for_machine parallax
	out_option out "${arguments[@]}"
	machine_run parallax render "${out[@]}" "${arguments[@]}" || status=$?
	[[ ${#out[@]} -gt 0 ]] || return "$status"
	case $status in
	0 | 1)
		say "the pictures are in $project/out"
		say "this ran on a software renderer in a virtual machine; for your own GPU: README.md, \"On your own GPU\"" ;;
	esac
	return "$status"
}
