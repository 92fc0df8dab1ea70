# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The kernels in the root. A kernel's name is the start of its version, 6.12 for
# 6.12.107+deb13-amd64; the newest is the default.

# All kernels, one a line, oldest first: NAME RELEASE.
kernel_list() {
	local image release
	for image in "$root"/boot/vmlinuz-*; do
		release=${image##*/vmlinuz-}
		printf '%s %s\n' "$(kernel_name "$release")" "$release"
	done | sort -V
}

kernel_name() { [[ $1 =~ ^[0-9]+\.[0-9]+ ]] && printf '%s\n' "${BASH_REMATCH[0]}"; }
kernel_names() { kernel_list | cut -d' ' -f1; }

# kernel_release NAME: the full version; an empty name is the newest kernel.
kernel_release() {
	local release
	release=$(kernel_list | awk -v name="$1" 'name == "" || $1 == name || $2 == name { found = $2 } END { print found }')
	[[ -n $release ]] || usage_error "there is no kernel '$1'" "The kernels are: $(kernel_names | tr '\n' ' ')"
	printf '%s\n' "$release"
}
