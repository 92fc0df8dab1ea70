# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The kernel named debug: Debian's own source, with every checker on that applies
# to a module (debug-kernel.config), and with a fix for a report on the kernel
# itself (debug-kernel.patch). It is built at its first use, and kept beside the
# root in the layout of /lib/modules: RELEASE/vmlinuz, its modules, and in
# RELEASE/build the files for building modules.

readonly debug_kernel_space=5000 # MB needed for the build; the result has 150

# debug_kernel_need: builds the kernel unless it exists.
debug_kernel_need() {
	[[ -d $debug_kernel ]] || with_lock "$cache/debug-kernel.lock" "the debug kernel" debug_kernel_make
}

debug_kernel_make() {
	local work=$cache/debug-kernel.making
	[[ ! -d $debug_kernel ]] || return 0
	space_need "$debug_kernel_space" "the debug kernel"
	rm -rf -- "$work"
	mkdir -p -- "$work"/apt/{archives,lists}/partial "$work"/apt/etc/preferences.d "$work"/{source,build,modules}
	root_apt_config "$work" "$suite" "$suite-updates" "$backports" >"$work/apt/apt.conf"
	step "reading what Debian $suite has" "$cache/log/packages.log" root_sandbox "$work" apt-get update
	step "fetching the kernel's source" "$cache/log/debug-kernel-source.log" debug_kernel_source "$work"
	step "configuring the debug kernel" "$cache/log/debug-kernel-config.log" \
		debug_kernel_room "$work" debug_kernel_configure "$project"/vm/debug-kernel.{config,patch}
	step "building the debug kernel" "$cache/log/debug-kernel.log" debug_kernel_room "$work" debug_kernel_build "$jobs"
	mv -T -- "$work/modules/lib/modules" "$debug_kernel"
	rm -rf -- "$work"
}

debug_kernel_source() {
	local work=$1 package
	package=$(root_versioned "$work" linux-source "$backports")
	root_sandbox "$work" apt-get download "$package/$backports"
	# shellcheck disable=SC2016 # for the shell in the sandbox
	root_sandbox "$work" bash -euo pipefail -c '
		dpkg-deb --fsys-tarfile linux-source-*.deb | tar -xO --wildcards "./usr/src/linux-source-*.tar.xz" |
			xz -dc --threads=0 | tar -x -C source --no-same-owner --strip-components=1'
}

# debug_kernel_room WORK FUNCTION ARGS...: runs one of the functions below in the
# room, where WORK is /run/kernel.
debug_kernel_room() {
	local work=$1 function=$2
	shift 2
	in_room --bind "$work" /run/kernel bash -euo pipefail -c "$(declare -f "$function"); $function \"\$@\"" - "$@"
}

# debug_kernel_configure FRAGMENT PATCH
# From the fragment alone, all of which must be in the result: kconfig silently
# drops options whose dependencies are not met.
debug_kernel_configure() {
	local wanted missing=''
	patch --directory=/run/kernel/source --strip=1 <"$2"
	sed '/^# CONFIG_/!s/^#.*//; /^$/d' "$1" >/run/kernel/fragment
	make -C /run/kernel/source O=/run/kernel/build KCONFIG_ALLCONFIG=/run/kernel/fragment allnoconfig
	while read -r wanted; do
		grep -qxF -- "$wanted" /run/kernel/build/.config || missing+="$wanted"$'\n'
	done </run/kernel/fragment
	[[ -z $missing ]] || { printf 'this kernel cannot have\n%s' "$missing" >&2; return 1; }
}

debug_kernel_build() {
	local release
	local -a make=(make -C /run/kernel/build CC=gcc)
	# With ccache, one that was interrupted goes on where it was, and a changed
	# fragment costs what it changes.
	KBUILD_BUILD_TIMESTAMP='' "${make[@]}" CC='ccache gcc' "-j$1" bzImage modules
	release=$("${make[@]}" -s kernelrelease)
	"${make[@]}" INSTALL_MOD_PATH=/run/kernel/modules modules_install
	cd "/run/kernel/modules/lib/modules/$release" || return
	rm -f build source
	cp /run/kernel/build/arch/x86/boot/bzImage vmlinuz
	cp /run/kernel/build/.config config
	# The kernel's own way to leave of a tree what modules are built with. HOSTCC
	# is the same compiler, or it would be built anew for another machine.
	# shellcheck disable=SC2016 # for make
	"${make[@]}" HOSTCC=gcc run-command \
		KBUILD_RUN_COMMAND='$(srctree)/scripts/package/install-extmod-build '"$PWD/build"
}

debug_kernel_recipe=$({
	grep -v '^#' "$project/vm/debug-kernel.config"
	cat "$project/vm/debug-kernel.patch"
	declare -f debug_kernel_source debug_kernel_configure debug_kernel_build
} | sha256sum | cut -c1-12)
debug_kernel=$cache/debug-kernel-$debug_kernel_recipe
