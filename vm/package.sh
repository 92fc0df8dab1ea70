# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Builds the Debian packages.

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
