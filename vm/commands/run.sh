# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: run [OPTIONS] -- CMD...
# help:     boot, load the module, run CMD as root in this directory, with the
# help:     built programs on PATH; its output and exit status are passed on

main() {
	machine_options run "$@"
	[[ ${#arguments[@]} -gt 0 ]] || usage_error "run: there is no command to run" "lab run [OPTIONS] -- CMD..."
	root_need
	build_for_machine "${arguments[@]}"
	machine_run "${arguments[@]}"
}
