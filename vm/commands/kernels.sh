# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: kernels
# help:     the kernels that the machine can boot: name and full version. debug, with
# help:     all checkers on, is built at its first --kernel debug (20 minutes), and
# help:     the root of those of another architecture, which are emulated, is made
# help:     at the first --kernel of one

main() {
	[[ $# -eq 0 ]] || usage_error "kernels: what is '$1'?"
	root_need
	kernel_list
	kernel_list_debug
	kernel_list_foreign
}
