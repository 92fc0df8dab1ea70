# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: docs
# help:     the reference of the library, in out/reference/index.html; fails if a
# help:     public name is undocumented

main() {
	[[ $# -eq 0 ]] || usage_error "docs: what is '$1'?"
	root_need
	mkdir -p -- "$project/out/reference"
	step "making the reference" "$project/build/reference.log" \
		in_room --setenv REFERENCE_OUTPUT out/reference doxygen docs/Doxyfile
	say "the reference is $project/out/reference/index.html"
}
