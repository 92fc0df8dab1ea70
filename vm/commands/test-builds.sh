# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# help: test-builds [RELEASE...]
# help:     build the module with W=1 for kernels that are not booted here, Debian's of
# help:     several releases and architectures and variations of these, or those named;
# help:     a warning is a failure

# shellcheck source=/dev/null
source "$project/vm/builds.sh"

main() {
	local name failed=0 result table=''
	local -a names=("$@")
	root_need
	builds_need
	[[ $# -gt 0 ]] || mapfile -t names < <(builds_names)
	for name in "${names[@]}"; do
		result=builds
		step "building the module for $name" "$(builds_log "$name")" builds_module "$name" ||
			{ result=FAILS failed=$((failed + 1)); }
		table+=$(printf '%-34s %-7s %s' "$name" "$result" "$(sed -n 's/^compiler: //p' "$(builds_log "$name")")")$'\n'
	done
	say "the module, W=1, and the compilers that its Makefile took:"
	printf '%s' "$table" | sed 's/^/     | /' >&2
	[[ $failed -eq 0 ]] || die "the module does not build for $failed of ${#names[@]} kernels"
}
