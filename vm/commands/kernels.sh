# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: kernels
# help:     the kernels that the machine can boot: name and full version. debug, with
# help:     all checkers on, is built at its first --kernel debug (20 minutes)

main() {
	[[ $# -eq 0 ]] || usage_error "kernels: what is '$1'?"
	root_need
	kernel_list
	kernel_list_debug
}
