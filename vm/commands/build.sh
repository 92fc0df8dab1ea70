# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: build
# help:     the programs, and the module for every kernel of the root, in build/

main() {
	local -a kernels
	[[ $# -eq 0 ]] || usage_error "build: what is '$1'?"
	root_need
	build_programs
	mapfile -t kernels < <(kernel_names)
	build_modules "${kernels[@]}"
}
