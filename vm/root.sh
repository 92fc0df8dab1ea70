# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The root file system: Debian packages, fetched by the host's apt and unpacked
# side by side. They are not configured: none of the maintainers' scripts runs,
# so neither root nor a range of user ids is needed, unpacking runs in parallel,
# and it takes one or two minutes instead of dpkg's four. root_finish does the
# necessary parts of the scripts.

# The kernels: Debian's own for trixie and for the release before it, and the
# newest of trixie's backports.
readonly backports=$suite-backports
# From the newest kernel's source: the tests of dma-buf and checkpatch, with the
# headers that they need, and drivers for tests: memory-to-memory devices and a display.
readonly kernel_source_files=(
	tools/testing/selftests/dmabuf-heaps
	tools/testing/selftests/drivers/dma-buf
	'tools/testing/selftests/kselftest*.h'
	tools/testing/selftests/lib.mk
	scripts/checkpatch.pl scripts/spelling.txt scripts/const_structs.checkpatch
	drivers/media/v4l2-core/v4l2-mem2mem.c drivers/media/test-drivers/vim2m.c drivers/media/test-drivers/vicodec
	drivers/gpu/drm/vkms
)
# Files that the machine does not need.
readonly root_excludes=(
	'./usr/share/doc/*' './usr/share/man/*' './usr/share/locale/*' './usr/share/info/*'
	'*/kernel/drivers/net/ethernet/*' '*/kernel/drivers/net/wireless/*' '*/kernel/sound/*'
	'*/kernel/drivers/gpu/drm/amd/*' '*/kernel/drivers/gpu/drm/i915/*' '*/kernel/drivers/gpu/drm/xe/*'
	'*/kernel/drivers/gpu/drm/nouveau/*' '*/kernel/drivers/gpu/drm/radeon/*'
	'*/kernel/drivers/infiniband/*' '*/kernel/drivers/scsi/*' '*/kernel/drivers/media/usb/*'
	'./usr/lib/modules/*/dtb/*' './usr/lib/linux-image-*/*' # descriptions of boards
)

readonly root_space=4000 # MB needed to make it; the result has 1700

# root_need: makes the root unless it exists.
root_need() {
	host_prepare
	writable_need "$cache"
	writable_need "$project/build"
	[[ -d $root ]] || with_lock "$cache/root.lock" "the root file system" root_make
}

root_make() {
	local work=$cache/root.making
	[[ ! -d $root ]] || return 0
	space_need "$root_space" "the root file system"
	root_begin "$work" "$suite" "$suite-updates" "$suite-backports" "$suite_before"
	step "fetching and unpacking the root file system" "$cache/log/root.log" root_fill "$work"
	step "finishing the root file system" "$cache/log/finish.log" root_finish "$work/root"
	mv -T -- "$work/root" "$root"
	rm -rf -- "$work"
}

root_architecture=$arch_host # of the packages; foreign.sh makes roots of others

# root_begin WORK SUITE...: an empty root in WORK, and an apt with the package lists of these suites.
root_begin() {
	local work=$1
	shift
	# An earlier lab that did not finish left this; the packages that it fetched
	# are used again, after apt has checked them.
	rm -rf -- "$work/root"
	mkdir -p -- "$work/root" "$work"/apt/{archives,lists}/partial "$work"/apt/etc/preferences.d
	root_apt_config "$work" "$@" >"$work/apt/apt.conf"
	step "reading what Debian $1 has" "$cache/log/packages.log" root_sandbox "$work" apt-get update
}

# root_sandbox WORK CMD...: runs CMD in a sandbox in which everything but WORK is
# read-only. The packages are not the host's: none of their files and links can lead
# out of WORK, and apt, which finds no dpkg here, cannot install anything.
root_sandbox() {
	local work=$1
	local -a user=()
	shift
	[[ $EUID -eq 0 ]] || user=(--unshare-user --uid 0 --gid 0)
	bwrap --die-with-parent "${user[@]}" --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --tmpfs /var/log \
		--bind "$work" "$work" --chdir "$work" --setenv APT_CONFIG "$work/apt/apt.conf" "$@"
}

# root_apt_config WORK SUITE...: a separate configuration of apt, which takes from
# the host's only the access to a mirror.
root_apt_config() {
	local apt=$1/apt name
	shift
	cat <<-END
		Dir::Bin::dpkg "/bin/false";
		Dir::Etc "$apt/etc"; Dir::Etc::main "/dev/null"; Dir::Etc::parts "/dev/null";
		Dir::Etc::sourcelist "$apt/sources.list"; Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::netrc "/etc/apt/auth.conf"; Dir::Etc::netrcparts "/etc/apt/auth.conf.d";
		Dir::State "$apt"; Dir::State::status "$apt/status"; Dir::Cache "$apt";
		APT::Architecture "$root_architecture"; APT::Architectures { "$root_architecture"; "$arch_host"; }; APT::Sandbox::User "";
		APT::Install-Recommends "false"; APT::Status-Fd "1"; Debug::NoLocking "true";
		Acquire::Retries "3"; APT::Update::Error-Mode "any";
	END
	apt-config dump | grep -E '^Acquire::' | grep -v -E '^Acquire::(IndexTargets|Changelogs|Languages)'
	echo 'Acquire::Languages "none";'
	host_sources "$@" >"$apt/sources.list"
	for name in $(root_packages unwanted "$root_architecture"); do
		printf 'Package: %s\nStatus: install ok installed\nVersion: 9999\nArchitecture: %s\nMulti-Arch: foreign\n\n' \
			"$name" "$root_architecture"
	done >"$apt/status"
}

# root_packages wanted|unwanted ARCH
root_packages() {
	sed 's/#.*//' "$project/vm/packages" | awk -v mark="[$2]" '$1 && (NF == 1 || $2 == mark) { print $1 }' | case $1 in
	wanted) sed -n '/^[^-]/p' ;;
	unwanted) sed -n 's/^-//p' ;;
	esac
}

# root_versioned WORK METAPACKAGE SUITE: the versioned package that it stands for there.
root_versioned() {
	[[ $2 =~ ^linux-[a-z]+ ]]
	root_sandbox "$1" apt-cache show "$2/$3" |
		sed -n "s/^Depends:.*\(${BASH_REMATCH[0]}-[0-9][^ ,]*\).*/\1/p" | head -n 1
}

# root_fill WORK: with the packages that are wanted and the kernels.
root_fill() {
	local work=$1 name
	local -a packages
	mapfile -t packages < <(root_packages wanted "$arch_host")
	packages+=(linux-image-amd64 linux-headers-amd64)
	for name in linux-image-amd64 linux-headers-amd64; do
		packages+=("$(root_versioned "$work" "$name" "$suite_before")" "$(root_versioned "$work" "$name" "$backports")")
	done
	packages+=("$(root_versioned "$work" linux-source "$backports")")
	root_install "$work" "${packages[@]}"
}

# root_install WORK PACKAGE...: fetches with apt and unpacks each package as it arrives, several in parallel.
root_install() {
	local work=$1 name running=0
	shift
	mkdir -p "$work"/root/usr/{bin,sbin,lib,lib64}
	ln -s usr/{bin,sbin,lib,lib64} "$work/root"
	exec {log}>&1
	while read -r name; do
		[[ $name != fetched ]] || break
		if [[ $running -eq $jobs ]]; then
			wait -n
			running=$((running - 1))
		fi
		root_unpack "$name" "$work" &
		running=$((running + 1))
	done < <(root_fetch "$work" "$log" "$@")
	while [[ $running -gt 0 ]]; do
		wait -n
		running=$((running - 1))
	done
	[[ $name == fetched ]]
}

# root_fetch WORK LOG PACKAGE...: prints each package's file once, as soon as it
# is complete, and last the word "fetched" if nothing failed.
root_fetch() {
	local work=$1 log=$2 fetch deb going=1
	local -A seen=()
	shift 2
	root_sandbox "$work" apt-get install --yes --download-only "$@" >&"$log" &
	fetch=$!
	while [[ -n $going ]]; do
		kill -0 "$fetch" 2>/dev/null || going=''
		for deb in "$work"/apt/archives/*.deb; do
			[[ -e $deb && -z ${seen[$deb]:-} ]] || continue
			seen[$deb]=1
			printf '%s\n' "$deb"
		done
		sleep 0.5
	done
	wait "$fetch"
	echo fetched
}

# root_unpack DEB WORK
root_unpack() {
	local script
	case $1 in
	*/linux-source-*)
		script='mkdir -p root/usr/src/linux-selftests
			dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards "./usr/src/linux-source-*.tar.xz" |
			xz -dc --threads=0 | tar -x -C root/usr/src/linux-selftests --no-same-owner --strip-components=1 \
				--wildcards "$@"'
		set -- "$1" "$2" "${kernel_source_files[@]/#/*/}" ;;
	*)
		script='dpkg-deb --fsys-tarfile "$deb" | tar -x -C root --no-same-owner --no-same-permissions \
				--keep-directory-symlink "$@"'
		set -- "$1" "$2" "${root_excludes[@]/#/--exclude=}" ;;
	esac
	root_sandbox "$2" bash -euo pipefail -c "deb=\$1; shift; $script" - "$1" "${@:3}"
}

# The necessary parts of the packages' scripts.
root_finish() {
	local root=$1 # for the room
	local -a user=()
	[[ $EUID -eq 0 ]] || user=(--unshare-user --uid 0 --gid 0)
	mkdir -p "$root"/{dev,proc}
	bwrap --die-with-parent "${user[@]}" --bind "$root" / --dev /dev --proc /proc \
		--setenv PATH /usr/sbin:/usr/bin bash -euo pipefail <<-END
			cd /
			$(declare -f root_names root_kernels root_initrds)
			root_names
			ln -sf gcc usr/bin/cc
			ln -sf g++ usr/bin/c++
			root_kernels
			root_initrds
			ldconfig
	END
}

# Names of users and of the machine, in the folder of a root.
root_names() {
	mkdir -p {dev,proc,sys,run,tmp,root,home,mnt,guest,var/tmp,var/cache,etc/alternatives}
	cp usr/share/base-passwd/passwd.master etc/passwd
	cp usr/share/base-passwd/group.master etc/group
	echo '127.0.0.1 localhost parallax' >etc/hosts
	echo parallax >etc/hostname
	touch etc/machine-id
	ln -sf gawk usr/bin/awk
}

# Debian 13's kernels are beside their modules, and depmod has not been run.
root_kernels() {
	local kernel
	for kernel in usr/lib/modules/*; do
		depmod "${kernel##*/}"
		[[ ! -e $kernel/vmlinuz ]] || ln -f "$kernel/vmlinuz" "boot/vmlinuz-${kernel##*/}"
	done
}

# An initial RAM disk for each kernel that has virtiofs as a module, such as that of
# the release before: the modules for the root file system, and a script that loads
# them and executes vm/guest/init. This runs in the root.
root_initrds() {
	local kernel disk=/tmp/initrd module
	for kernel in /usr/lib/modules/*; do
		[[ -e $kernel/kernel/fs/fuse/virtiofs.ko ]] || continue
		mkdir -p "$disk"/{bin,modules,root}
		cp /usr/bin/busybox "$disk/bin"
		for module in virtio_pci virtio_console virtiofs; do
			modprobe --set-version "${kernel##*/}" --show-depends "$module"
		done | awk '!seen[$2]++ { print $2 }' | while read -r module; do
			cp "$module" "$disk/modules"
			printf '%s\n' "${module##*/}"
		done >"$disk/order"
		cat >"$disk/init" <<-'END'
			#!/bin/busybox sh
			cd /modules
			for module in $(/bin/busybox cat ../order); do /bin/busybox insmod "$module"; done
			/bin/busybox mount -t virtiofs -o ro root /root
			exec /bin/busybox switch_root /root /guest/init "$@"
		END
		chmod +x "$disk/init"
		(cd "$disk" && find . | busybox cpio -o -H newc | gzip) >"/boot/initrd-${kernel##*/}"
		rm -r "$disk"
	done
}

# The name has the hash of the recipe, so that a change of the recipe gives a new root.
root_recipe=$({
	root_packages wanted "$arch_host"
	root_packages unwanted "$arch_host"
	declare -f root_fill root_versioned root_unpack root_finish root_names root_kernels root_initrds
	declare -p root_excludes kernel_source_files
} | sha256sum | cut -c1-12)
root=$cache/root-$root_recipe
