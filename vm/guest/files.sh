# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# For tests of an installation: compares the files before and after it, since it must leave nothing
# behind.

fail() { echo "FAILED: $*" >&2; exit 1; }

readonly files_before=/var/log/files-before

# Every file: type, path, size, target of a link. Except files that dpkg, depmod and logs write.
files() {
	find / -xdev '(' -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /run \
		-o -path "$project" -o -path /var/lib/dpkg -o -path /var/log -o -path '/usr/lib/modules/*/modules.*' ')' -prune \
		-o -type d -printf '%y %p\n' -o -printf '%y %p %s %l\n' | sort
}

# The folders shared with other packages, except those that the root leaves out.
files_remember() {
	mkdir -p /usr/share/{doc,man}
	touch /usr/share/{doc,man}/others
	files >"$files_before"
}

# files_compare PATTERN: compares the matching files after the removal with those before.
files_compare() {
	local module
	diff <(grep -E -e "$1" "$files_before") <(files | grep -E -e "$1") || fail "something is left behind"
	module=$(grep -l dmabuf_exporter /usr/lib/modules/*/modules.dep) || return 0
	fail "depmod still knows the module: $module"
}
