# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: [OPTIONS] -- CMD...  run CMD as root in the machine, in this directory

main() {
	while [[ $# -gt 0 && $1 != -- ]]; do
		machine_option "$@" || usage_error "run: what is '$1'?" "lab run [OPTIONS] -- CMD..."
		shift "$machine_shift"
	done
	shift
	root_need
	if [[ $machine_build -eq 1 ]]; then
		build_programs
		build_module "$(kernel_release "$machine_kernel")"
	fi
	machine_run "$@"
}
