#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What `lab test-packages` does in a fresh Debian: prepare, install FOLDER, remove.
set -euo pipefail
project=$PWD
source vm/guest/files.sh

prepare() {
	# This host's kernel says nothing of those in the root.
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
	# The program's packages, by way of the libraries that it links.
	dpkg --field "$1"/parallax_*.deb Depends >/tmp/depends
	for package in libc6 libdrm2 libglfw3 'libstdc++6' libvulkan1; do
		grep -qw -F -- "$package" /tmp/depends || fail "parallax does not depend on $package"
	done
	dpkg --force-unsafe-io --install "$1"/*.deb
	dkms status
	for kernel in /usr/lib/modules/*; do
		dkms status -m dmabuf_exporter -k "${kernel##*/}" | grep ': installed' || fail "no module for ${kernel##*/}"
	done
	# The example, against the package alone, in both ways.
	cp -r examples/import /tmp/import
	cmake -S /tmp/import -B /tmp/import/build
	cmake --build /tmp/import/build
	cp /tmp/import/build/parallax-import /usr/bin/parallax-import
	# shellcheck disable=SC2046 # these are words
	c++ /tmp/import/main.cpp -o /tmp/with-pkg-config $(pkg-config --cflags --libs parallax)
}

remove() {
	rm /usr/bin/parallax-import
	dpkg --force-unsafe-io --purge parallax libparallax-dev parallax-dkms
	files_compare ''
}

"$@"
