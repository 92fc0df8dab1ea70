# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# A fresh Debian, as that of a reader of the documentation: the packages of Debian's installer, those
# that the documentation names, and no others, not even recommended ones. It is unpacked like lab's
# own root, but with dpkg's database, so that dpkg checks dependencies. Its kernels are those of lab's
# root, with their headers, since the machine boots these.

readonly fresh_space=3000 # MB

# fresh_root_need SUITE PACKAGE...: makes a root with these packages unless it exists, and sets
# fresh_root to its path. A package whose name ends in a question mark may be missing in the suite.
fresh_root_need() {
	local recipe
	recipe=$({
		printf '%s\n' "$root_recipe" "$@"
		declare -f fresh_fill fresh_unpack fresh_finish
	} | sha256sum | cut -c1-12)
	fresh_root=$cache/fresh-$1-$recipe
	[[ -d $fresh_root ]] || with_lock "$cache/root.lock" "a root file system" fresh_make "$@"
}

fresh_make() {
	local work=$cache/fresh.making
	[[ ! -d $fresh_root ]] || return 0
	space_need "$fresh_space" "a fresh Debian $1"
	root_begin "$work" "$1" "$1-updates"
	: >"$work/apt/status" # nothing is unwanted here
	mkdir -p "$work"/root/usr/{bin,sbin,lib,lib64} "$work"/root/var/lib/dpkg/{info,updates,triggers}
	ln -s usr/{bin,sbin,lib,lib64} "$work/root"
	touch "$work"/root/var/lib/dpkg/{status,available}
	step "fetching and unpacking a fresh Debian $1" "$cache/log/fresh.log" fresh_fill "$work" "${@:2}"
	cp -aln "$root"/usr/lib/modules/. "$work/root/usr/lib/modules"
	cp -aln "$root"/usr/lib/linux-kbuild-* "$work/root/usr/lib"
	cp -aln "$root"/usr/src/linux-headers-* "$work/root/usr/src"
	step "finishing it" "$cache/log/finish.log" fresh_finish "$work/root"
	mv -T -- "$work/root" "$fresh_root"
	rm -rf -- "$work"
}

# fresh_fill WORK PACKAGE...
fresh_fill() {
	local work=$1 deb name
	local -a base named=()
	shift
	for name in "$@"; do
		if [[ $name != *\? ]] || root_sandbox "$work" apt-cache show "${name%\?}" >/dev/null; then
			named+=("${name%\?}")
		fi
	done
	mapfile -t base < <(root_sandbox "$work" apt-cache dumpavail |
		awk -v RS= '/\nPriority: (required|important)\n/ { print $2 }' | sort -u)
	exec {log}>&1
	while read -r deb; do
		[[ $deb != fetched ]] || break
		fresh_unpack "$deb" "$work"
	done < <(root_fetch "$work" "$log" "${base[@]}" "${named[@]}")
	[[ $deb == fetched ]]
}

# fresh_unpack DEB WORK: and has dpkg know of it, as if it had installed it.
fresh_unpack() {
	root_sandbox "$2" bash -euo pipefail -c '
		deb=$1 dpkg=root/var/lib/dpkg
		shift
		name=$(dpkg-deb --field "$deb" Package)
		[[ $(dpkg-deb --field "$deb" Multi-Arch) != same ]] || name+=:amd64
		dpkg-deb --fsys-tarfile "$deb" |
			tar -xv -C root --no-same-owner --no-same-permissions --keep-directory-symlink "$@" |
			sed "s|^\.||; s|\(.\)/\$|\1|; s|^/\$|/.|" >"$dpkg/info/$name.list"
		dpkg-deb --control "$deb" control
		for file in shlibs symbols triggers; do
			[[ ! -e control/$file ]] || cp "control/$file" "$dpkg/info/$name.$file"
		done
		rm -r control
		{ dpkg-deb --field "$deb" | sed "s/^Package: .*/&\nStatus: install ok installed/"; echo; } >>"$dpkg/status"' \
		- "$1" "${root_excludes[@]/#/--exclude=}"
}

# The necessary parts of the packages' scripts.
fresh_finish() {
	local root=$1
	local -a user=()
	[[ $EUID -eq 0 ]] || user=(--unshare-user --uid 0 --gid 0)
	mkdir -p "$root"/{dev,proc,sys,run,tmp,root,home,mnt,guest,var/tmp,var/cache,var/log}
	bwrap --die-with-parent "${user[@]}" --bind "$root" / --dev /dev --proc /proc \
		--setenv PATH /usr/sbin:/usr/bin bash -euo pipefail <<-'END'
			cp /usr/share/base-passwd/passwd.master /etc/passwd
			cp /usr/share/base-passwd/group.master /etc/group
			echo '127.0.0.1 localhost parallax' >/etc/hosts
			echo parallax >/etc/hostname
			touch /etc/machine-id
			# Alternatives.
			ln -s mawk /usr/bin/awk
			ln -s gcc /usr/bin/cc
			ln -s g++ /usr/bin/c++
			for kernel in /usr/lib/modules/*; do depmod "${kernel##*/}"; done
			ldconfig
	END
}

# throwaway_root ROOT: sets fresh_root to a writable overlay of it in memory, which ends with this
# process. Requires a separate mount namespace.
throwaway_root() {
	local layers=$project/build/fresh-root options=''
	mkdir -p -- "$layers"
	mount -t tmpfs -o mode=755 parallax "$layers"
	mkdir -- "$layers"/{upper,work,root}
	[[ -z ${PARALLAX_PLAIN_USER:-} ]] || options=,userxattr
	mount -t overlay -o "lowerdir=$1,upperdir=$layers/upper,workdir=$layers/work$options" parallax "$layers/root"
	fresh_root=$layers/root
}

# in_fresh_root FOLDER CMD...: runs CMD as root of that file system, in that folder of the project.
# More arguments for bwrap may precede CMD.
in_fresh_root() {
	local folder=$1
	shift
	bwrap --die-with-parent --unshare-pid --bind "$fresh_root" / --dev /dev --proc /proc --ro-bind /sys /sys \
		--tmpfs /tmp --tmpfs /run --ro-bind "$project" "$project" --chdir "$folder" \
		--clearenv --setenv HOME /root --setenv LANG C.UTF-8 \
		--setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# in_mount_namespace COMMAND ARGS...: runs lab's COMMAND again in a namespace where throwaway_root can
# mount.
in_mount_namespace() {
	local -a user=()
	if [[ $EUID -ne 0 ]]; then
		user=(--map-root-user)
		export PARALLAX_PLAIN_USER=1
	fi
	unshare --mount "${user[@]}" "$project/lab" "$@"
}

# try_installed PLACE KERNEL...: boots these kernels from the throw-away root, and tries the installed
# programs; the module must be in PLACE of the kernel's modules.
try_installed() {
	local kernel failed=() place=$1
	shift
	machine_root=$fresh_root
	machine_module=0
	for kernel in "$@"; do
		machine_kernel=$kernel
		say "trying what was installed, kernel $kernel"
		machine_run "$project/vm/guest/installed.sh" "$place" || failed+=("kernel $kernel")
	done
	[[ ${#failed[@]} -eq 0 ]] || die "what was installed failed: $(IFS=,; echo "${failed[*]}")"
}

# documented_packages PAGE: the packages in its lines "sudo apt install ...".
documented_packages() {
	awk '/^    sudo apt install / { on = 1; sub(/^    sudo apt install/, "") }
		on { on = /\\$/; gsub(/\\$/, ""); print }' "$project/$1" | tr -s ' ' '\n' | grep '^[a-z]'
}

# package_dependencies DEB...: the names of their dependencies, of alternatives the first. dpkg checks
# versions when it installs them.
package_dependencies() {
	local deb
	for deb in "$@"; do
		dpkg-deb --field "$deb" Depends | tr ',' '\n' | sed 's/^ *//; s/[ (|].*//'
	done | sort -u
}
