# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The kernels. Those in the root are named by the start of their version, 6.12
# for 6.12.107+deb13-amd64; the newest is the default. The one named debug is
# built from source at its first use. Those of other architectures have the flavour
# in the name, 6.12-arm64-16k, and their root is made at the first use of one.

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

# The same for other architectures; where their root has not been made yet, the names that it will give.
kernel_list_foreign() {
	local arch image release name
	for arch in $(arch_foreign); do
		for image in "$(foreign_root "$arch")"/boot/vmlinuz-*; do
			release=${image##*/vmlinuz-}
			[[ $release == '*' ]] || printf '%s %s\n' "$(kernel_name "$release")" "$release"
		done | sort -V | grep . || for name in $(kernel_names_foreign "$arch"); do printf '%s -\n' "$name"; done
	done
}

# kernel_names_foreign ARCH: its kernels are as new as the two newest of the host's.
kernel_names_foreign() (
	arch_take "$1"
	for name in $(kernel_names | tail -n 2); do
		for flavour in $arch_flavours; do printf '%s-%s\n' "$name" "$flavour"; done
	done
)

kernel_name() {
	local arch
	case $1 in
	*-debug) echo debug ;;
	*)
		[[ $1 =~ ^[0-9]+\.[0-9]+ ]] || return
		arch=$(arch_of "$1")
		[[ $arch == "$arch_host" ]] && printf '%s\n' "${BASH_REMATCH[0]}" ||
			printf '%s\n' "${BASH_REMATCH[0]}-$arch${1#*-"$arch"}" ;;
	esac
}

# kernel_need NAME: makes the kernel unless it exists.
kernel_need() {
	local arch
	arch=$(arch_of "$1")
	if [[ $1 == debug ]]; then
		debug_kernel_need
	elif [[ $arch != "$arch_host" ]]; then
		kernel_names_foreign "$arch" | grep -qxF -e "$1" || [[ -d $(foreign_root "$arch") ]] || kernel_unknown "$1"
		foreign_need "$arch"
	fi
}

kernel_unknown() {
	usage_error "there is no kernel '$1'" "The kernels are: $(
		{ kernel_list; kernel_list_foreign; } | cut -d' ' -f1 | tr '\n' ' ')debug"
}

# kernel_release NAME: the full version; an empty name is the newest kernel.
kernel_release() {
	local release
	release=$({ kernel_list_foreign; kernel_list_debug; kernel_list; } |
		awk -v name="$1" 'name == "" || $1 == name || $2 == name { found = $2 } END { print found }')
	[[ -n $release ]] || kernel_unknown "$1"
	printf '%s\n' "$release"
}

# kernel_image RELEASE: its path in the room.
kernel_image() {
	case $(kernel_name "$1") in
	debug) printf '/usr/lib/modules/%s/vmlinuz\n' "$1" ;;
	*) printf '%s/boot/vmlinuz-%s\n' "$(kernel_root "$1")" "$1" ;;
	esac
}

# kernel_build RELEASE: where the room has what modules for it are built with.
kernel_build() {
	local root
	root=$(kernel_root "$1")
	[[ -z $root ]] && printf '/lib/modules/%s/build\n' "$1" || printf '%s/usr/src/linux-headers-%s\n' "$root" "$1"
}

# kernel_root RELEASE: where the room has the root of that kernel, empty for the room's own.
kernel_root() {
	local arch
	arch=$(arch_of "$1")
	[[ $arch == "$arch_host" ]] || printf '/%s\n' "$arch"
}
