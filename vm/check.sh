# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Checks that run nothing.

check_all() {
	step "checking the shell scripts" "$project/build/check-shell.log" in_room bash -euc "$(declare -f check_shell); check_shell"
	step "checking the format of C++" "$project/build/check-format.log" in_room bash -euc "$(declare -f check_format); check_format"
	step "checking the module's sources" "$project/build/check-module.log" \
		in_room make -C kmod check KVER="$(kernel_release '')" O="$project/build/kmod/check"
}

# These two run in the room.
check_shell() {
	local -a scripts
	mapfile -t scripts < <(grep -r -l --exclude-dir={build,out,.git} -E '^#!.*(bash|/sh)$|^# shellcheck shell=' .)
	shellcheck --external-sources "${scripts[@]}"
}
check_format() {
	find lib demo tests bench shaders -name build -prune -o '(' -name '*.[ch]pp' -o -name '*.h' ')' -print0 2>/dev/null |
		xargs -0 --no-run-if-empty clang-format --dry-run -Werror
}
