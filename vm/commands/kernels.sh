# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: kernels
# help:     the kernels that the machine can boot: name and full version

main() {
	[[ $# -eq 0 ]] || usage_error "kernels: what is '$1'?"
	root_need
	kernel_list
}
