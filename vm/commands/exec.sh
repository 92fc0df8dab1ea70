# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: exec [--] CMD...
# help:     run CMD in this directory in lab's Debian, without a machine: its compilers
# help:     and libraries, on any host; only this directory is writable

main() {
	[[ ${1:-} != -- ]] || shift
	[[ $# -gt 0 ]] || usage_error "exec: there is no command to run" "lab exec -- CMD..."
	root_need
	in_room "$@"
}
