# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What tests of an installation share: it must leave nothing behind.

fail() { echo "FAILED: $*" >&2; exit 1; }

readonly files_before=/var/log/files-before

# Every file: type, path, size, where links lead. Not what dpkg, depmod and logs write into.
files() {
	find / -xdev '(' -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /run \
		-o -path "$project" -o -path /var/lib/dpkg -o -path /var/log -o -path '/usr/lib/modules/*/modules.*' ')' -prune \
		-o -type d -printf '%y %p\n' -o -printf '%y %p %s %l\n' | sort
}

# The folders that others use too, but for what the root leaves out.
files_remember() {
	mkdir -p /usr/share/{doc,man}
	touch /usr/share/{doc,man}/others
	files >"$files_before"
}

# files_compare PATTERN: those that match, after the removal, with those before it.
files_compare() {
	local module
	diff <(grep -E -e "$1" "$files_before") <(files | grep -E -e "$1") || fail "something is left behind"
	module=$(grep -l dmabuf_exporter /usr/lib/modules/*/modules.dep) || return 0
	fail "depmod still knows the module: $module"
}
