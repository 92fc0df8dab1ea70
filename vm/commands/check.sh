# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: check
# help:     static checks: shell scripts, the format of C++, the module's sources
# help:     with sparse and the kernel's checkpatch

main() {
	[[ $# -eq 0 ]] || usage_error "check: what is '$1'?"
	root_need
	check_all || die "the checks found faults"
}
