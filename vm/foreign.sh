# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The roots of foreign architectures, made when first asked for: a machine boots from one, and the
# room has it at /ARCH, where the cross compiler finds libraries and headers. Debian's packages of that
# architecture, the same as in lab's own root but for compilers and other tools, which are the
# host's. The kernels are Debian's own and the newest of backports, in each of the flavours. Nothing
# in it is run to make it.

readonly foreign_space=3500 # MB needed to make one; the result has 1400

# foreign_root ARCH: its path.
foreign_root() { printf '%s\n' "$cache/$1-$(foreign_recipe "$1")"; }

# foreign_need ARCH: makes the root unless it exists.
foreign_need() {
	[[ -d $(foreign_root "$1") ]] || with_lock "$cache/root.lock" "the root file system of $1" foreign_make "$1"
}

foreign_make() {
	local result work=$cache/$1.making root_architecture=$1
	result=$(foreign_root "$1")
	[[ ! -d $result ]] || return 0
	space_need "$foreign_space" "the root file system of $1"
	# The host's architecture for the programs that are run when a module is built.
	root_begin "$work" "$suite" "$suite-updates" "$backports"
	step "fetching and unpacking the root file system of $1" "$cache/log/$1.log" foreign_fill "$work" "$1"
	step "finishing the root file system of $1" "$cache/log/finish.log" in_room --bind "$work/root" /run/root \
		bash -euo pipefail -c "$(declare -f root_names foreign_finish); cd /run/root; root_names; foreign_finish $1"
	mv -T -- "$work/root" "$result"
	rm -rf -- "$work"
}

# foreign_fill WORK ARCH
foreign_fill() {
	local work=$1 flavour image release deb
	local -a packages headers=()
	arch_take "$2"
	mapfile -t packages < <(root_packages wanted "$2")
	for flavour in $arch_flavours; do
		for image in "$(root_versioned "$work" "linux-image-$flavour" "$suite")" \
			"$(root_versioned "$work" "linux-image-$flavour" "$backports")"; do
			release=${image#linux-image-}
			packages+=("$image")
			headers+=("linux-headers-$release" "linux-headers-${release%-"$flavour"}-common"
				"linux-kbuild-${release%-"$flavour"}:$arch_host")
		done
	done
	root_install "$work" "${packages[@]}"
	# Not by their dependencies, which are a compiler that runs there.
	mkdir -p -- "$work/headers"
	mapfile -t headers < <(printf '%s\n' "${headers[@]}" | sort -u)
	root_sandbox "$work" bash -euc 'cd headers && apt-get download "$@"' - "${headers[@]}"
	for deb in "$work"/headers/*.deb; do root_unpack "$deb" "$work"; done
}

# foreign_finish ARCH: in its root, which the room will have at /ARCH.
foreign_finish() {
	local kernel
	sed -i "s|/usr/src/|/$1/usr/src/|" usr/src/linux-headers-*-"$1"*/Makefile
	for kernel in usr/lib/modules/*; do
		depmod --basedir . "${kernel##*/}"
		[[ ! -e $kernel/vmlinuz ]] || ln -f "$kernel/vmlinuz" "boot/vmlinuz-${kernel##*/}"
	done
}

# The name has the hash of the recipe, so that a change of the recipe gives a new root.
foreign_recipe() {
	{
		root_packages wanted "$1"
		root_packages unwanted "$1"
		declare -f foreign_fill foreign_finish root_versioned root_unpack root_names
		declare -p root_excludes
		grep '^arch_flavours=' "$project/vm/arch/$1"
	} | sha256sum | cut -c1-12
}
