# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: docs
# help:     the reference of the library, in out/reference/index.html; fails if a
# help:     public name is undocumented

main() {
	local headers
	[[ $# -eq 0 ]] || usage_error "docs: what is '$1'?"
	# Those that are installed.
	headers=$(sed -nE 's#^ +(parallax/.*\.hpp)$#lib/\1#p' "$project/lib/CMakeLists.txt" | tr '\n' ' ')
	[[ -n $headers ]] || die "lib/CMakeLists.txt lists no installed header"
	root_need
	mkdir -p -- "$project/out/reference"
	step "making the reference" "$project/build/reference.log" \
		in_room --setenv REFERENCE_OUTPUT out/reference --setenv REFERENCE_HEADERS "$headers" doxygen docs/Doxyfile
	say "the reference is $project/out/reference/index.html"
}
