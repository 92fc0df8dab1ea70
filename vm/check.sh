# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Static checks. All are made even if one fails.

check_all() {
	local failed=0
	check "the shell scripts" bash -euc "$(declare -f check_shell); check_shell" || failed=1
	check "the format of C++" bash -euc "$(declare -f check_format); check_format" || failed=1
	check "the module's sources" make -C kmod check KVER="$(kernel_release '')" O="$project/build/kmod/check" || failed=1
	return "$failed"
}

check() {
	local what=$1 log
	log=$project/build/check-$(tr -cs 'a-zA-Z\n' - <<<"$what").log
	shift
	step "checking $what" "$log" in_room "$@"
}

# These two run in the room.
check_shell() {
	local -a scripts
	mapfile -t scripts < <(grep -r -l --exclude-dir={build,out,.git} -E '^#!.*(bash|/sh)$|^# shellcheck shell=' .)
	shellcheck "${scripts[@]}"
}
check_format() {
	find lib demo tests bench examples '(' -name '*.[ch]pp' -o -name '*.h' ')' -print0 |
		xargs -0 --no-run-if-empty clang-format --dry-run -Werror
}
