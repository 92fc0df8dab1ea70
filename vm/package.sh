# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Debian packages of what was built, and a root file system to try them in.

readonly package_folder=$project/out/packages

package_make() {
	step "making the packages" "$project/build/packages.log" \
		in_room --ro-bind "$project/packaging/shlibs.$suite" /etc/dpkg/shlibs.default bash -euc '
			cmake --preset "$1" -D CMAKE_INSTALL_PREFIX=/usr -D CMAKE_SKIP_INSTALL_ALL_DEPENDENCY=ON
			rm -rf out/packages
			cpack --config "build/$1/CPackConfig.cmake" -B build/packages
			mkdir -p out/packages
			mv build/packages/*.deb out/packages' - "$preset"
}

# throwaway_root: from here on, root is a view of the root that can be written to, and is gone with
# this process: an overlay in memory. It takes a mount namespace of its own.
throwaway_root() {
	local layers=$project/build/packages.root options=''
	mkdir -p -- "$layers"
	mount -t tmpfs -o mode=755 parallax "$layers"
	mkdir -- "$layers"/{upper,work,root}
	[[ -z ${PARALLAX_PLAIN_USER:-} ]] || options=,userxattr
	mount -t overlay -o "lowerdir=$root,upperdir=$layers/upper,workdir=$layers/work$options" parallax "$layers/root"
	root=$layers/root
}

# in_throwaway_root CMD...: as root of that file system.
in_throwaway_root() {
	bwrap --die-with-parent --unshare-pid --bind "$root" / --dev /dev --proc /proc --ro-bind /sys /sys --tmpfs /tmp \
		--ro-bind "$project" "$project" --bind "$cache/ccache" /run/ccache --chdir "$project" \
		--clearenv --setenv HOME /root --setenv LANG C.UTF-8 --setenv CCACHE_DIR /run/ccache \
		--setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
