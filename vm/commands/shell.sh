# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: shell [OPTIONS]
# help:     the same as run, with a shell on this terminal

main() {
	machine_options shell "$@"
	[[ ${#arguments[@]} -eq 0 ]] || usage_error "shell: what is '${arguments[0]}'?" "lab shell [OPTIONS]"
	[[ -t 0 && -t 1 ]] || usage_error "shell: this is not a terminal" "lab run -- CMD... runs one command."
	root_need
	build_for_machine
	machine_shell
}
