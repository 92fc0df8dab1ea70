# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The kernels. Those in the root are named by the start of their version, 6.12
# for 6.12.107+deb13-amd64; the newest is the default. The one named debug is
# built from source at its first use.

# The kernels in the root, one a line, oldest first: NAME RELEASE.
kernel_list() {
	local image release
	for image in "$root"/boot/vmlinuz-*; do
		release=${image##*/vmlinuz-}
		printf '%s %s\n' "$(kernel_name "$release")" "$release"
	done | sort -V
}
kernel_names() { kernel_list | cut -d' ' -f1; }

# The same for the debug kernel, if it has been made.
kernel_list_debug() {
	local image release
	for image in "$debug_kernel"/*/vmlinuz; do
		[[ -e $image ]] || continue
		release=${image%/vmlinuz}
		printf 'debug %s\n' "${release##*/}"
	done
}

kernel_name() {
	case $1 in
	*-debug) echo debug ;;
	*) [[ $1 =~ ^[0-9]+\.[0-9]+ ]] && printf '%s\n' "${BASH_REMATCH[0]}" ;;
	esac
}

# kernel_need NAME: makes the kernel unless it exists.
kernel_need() { [[ $1 != debug ]] || debug_kernel_need; }

# kernel_release NAME: the full version; an empty name is the newest kernel.
kernel_release() {
	local release
	release=$({ kernel_list_debug; kernel_list; } |
		awk -v name="$1" 'name == "" || $1 == name || $2 == name { found = $2 } END { print found }')
	[[ -n $release ]] || usage_error "there is no kernel '$1'" "The kernels are: $(kernel_names | tr '\n' ' ')debug"
	printf '%s\n' "$release"
}

# kernel_image RELEASE: its path in the room.
kernel_image() {
	case $(kernel_name "$1") in
	debug) printf '/usr/lib/modules/%s/vmlinuz\n' "$1" ;;
	*) printf '/boot/vmlinuz-%s\n' "$1" ;;
	esac
}
