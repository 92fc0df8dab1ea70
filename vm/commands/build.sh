# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: build
# help:     the programs, and the module for every kernel, in build/

main() {
	[[ $# -eq 0 ]] || usage_error "build: what is '$1'?"
	root_need
	build_programs
	build_modules
}
