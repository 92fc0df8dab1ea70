#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What `lab test-packages` does in a root of its own (prepare, install, remove) and in the machine
# that boots from it (try).
set -euo pipefail

fail() { echo "FAILED: $*" >&2; exit 1; }

# Every file: type, path, size, where links lead. Not what dpkg, depmod and logs write into.
files() {
	find / -xdev '(' -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /run \
		-o -path "$PWD" -o -path /var/lib/dpkg -o -path /var/log -o -path '/usr/lib/modules/*/modules.*' ')' -prune \
		-o -type d -printf '%y %p\n' -o -printf '%y %p %s %l\n' | sort
}

# What a configured Debian has, and a root that was merely unpacked has not.
prepare() {
	mkdir -p /var/lib/dpkg/{info,updates,triggers} /var/log /etc/dkms/framework.conf.d
	touch /var/lib/dpkg/{status,available}
	# Folders that others use too, but for what the root leaves out.
	touch /usr/share/doc/others /usr/share/man/others
	# This host's kernel says nothing of those in the root.
	echo 'autoinstall_all_kernels=1' >/etc/dkms/framework.conf.d/all-kernels.conf
	files >/var/log/files-before
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
	# The root has no record of its packages, so dependencies cannot be met.
	dpkg --force-depends --force-unsafe-io --install "$1"/*.deb
	dkms status
	for kernel in /usr/lib/modules/*; do
		dkms status -m dmabuf_exporter -k "${kernel##*/}" | grep ': installed' || fail "no module for ${kernel##*/}"
	done
	# The example, against the package alone.
	cp -r examples/import /tmp/import
	# shellcheck disable=SC2046 # these are words
	ccache g++ -c /tmp/import/main.cpp -o /tmp/main.o $(pkg-config --cflags parallax)
	# shellcheck disable=SC2046
	g++ /tmp/main.o -o /usr/bin/parallax-import $(pkg-config --libs parallax)
}

# as_user GROUPS CMD...: as an ordinary user in those groups, with nothing of the tree on PATH.
as_user() {
	local groups=$1
	shift
	(cd /tmp/home && setpriv --reuid 1000 --regid 1000 --groups "$groups" \
		env -i HOME=/tmp/home PATH=/usr/local/bin:/usr/bin:/bin "$@")
}

try() {
	local module video status=0
	video=$(getent group video | cut -d: -f3)
	module=$(modinfo --field filename dmabuf_exporter)
	[[ $module == */updates/dkms/* ]] || fail "the module is $module"
	mkdir /tmp/home
	chown 1000:1000 /tmp/home

	/usr/lib/systemd/systemd-udevd --daemon
	grep -v '^#' /usr/lib/modules-load.d/dmabuf_exporter.conf | xargs modprobe --all
	udevadm settle
	[[ $(stat --format '%U %G %a' /dev/exporter) == 'root video 660' ]] ||
		fail "/dev/exporter: $(stat --format '%U %G %a' /dev/exporter)"

	as_user "$video" parallax render
	[[ -s /tmp/home/out/views.png ]] || fail "no pictures"
	as_user "$video" parallax-import
	as_user 1000 parallax render >/tmp/home/refused 2>&1 || status=$?
	[[ $status -eq 3 ]] || fail "without the group: status $status, not 3: $(cat /tmp/home/refused)"
	rmmod dmabuf_exporter
	udevadm control --exit
}

remove() {
	rm /usr/bin/parallax-import
	dpkg --force-unsafe-io --purge parallax libparallax-dev parallax-dkms
	files >/var/log/files-after
	diff /var/log/files-before /var/log/files-after || fail "removing the packages left something behind"
}

"$@"
