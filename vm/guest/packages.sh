#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The steps of `lab test-packages` in a fresh Debian: prepare, install FOLDER, remove.
set -euo pipefail
project=$PWD
source vm/guest/files.sh

# A kernel that the module is too old for.
readonly too_new=/usr/lib/modules/9.9.0-made-up

prepare() {
	mkdir -p "$too_new/build/include"
	printf 'all modules:\n\t@echo "no module is built for this" >&2; false\n' >"$too_new/build/Makefile"
	# Build for all kernels in the root: the running one is the host's.
	mkdir -p /etc/dkms/framework.conf.d
	echo 'autoinstall_all_kernels=1' >/etc/dkms/framework.conf.d/all-kernels.conf
	files_remember
}

install() {
	local package kernel
	for package in parallax libparallax-dev parallax-dkms; do
		dpkg --field "$1/$package"_*.deb
		dpkg --contents "$1/$package"_*.deb
	done
	# The program's packages, from the libraries that it links.
	dpkg --field "$1"/parallax_*.deb Depends >/tmp/depends
	for package in libc6 libdrm2 libgbm1 libglfw3 'libstdc++6' libvulkan1; do
		grep -qw -F -- "$package" /tmp/depends || fail "parallax does not depend on $package"
	done
	dpkg --force-unsafe-io --install "$1"/*.deb
	dkms status
	# What the packages of kernels call.
	/etc/kernel/postinst.d/dkms "${too_new##*/}" || fail "a kernel that is too new cannot be installed"
	for kernel in /usr/lib/modules/*; do
		if [[ $kernel == "$too_new" ]]; then
			! dkms status -k "${kernel##*/}" | grep -E ': (built|installed)' || fail "there is a module for ${kernel##*/}"
			continue
		fi
		dkms status -m dmabuf_exporter -k "${kernel##*/}" | grep ': installed' || fail "no module for ${kernel##*/}"
	done
	# The example, with the package alone, by CMake and by pkg-config.
	cp -r examples/import /tmp/import
	cmake -S /tmp/import -B /tmp/import/build
	cmake --build /tmp/import/build
	cp /tmp/import/build/parallax-import /usr/bin/parallax-import
	# shellcheck disable=SC2046 # these are words
	c++ /tmp/import/*.cpp -o /tmp/with-pkg-config $(pkg-config --cflags --libs parallax vulkan)
}

remove() {
	rm /usr/bin/parallax-import
	dpkg --force-unsafe-io --purge parallax libparallax-dev parallax-dkms
	files_compare ''
}

"$@"
