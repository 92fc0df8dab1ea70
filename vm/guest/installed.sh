#!/bin/bash
# SPDX-License-Identifier: MIT
#
# installed.sh PLACE: tries the programs installed in the machine's root, as an ordinary user and
# without the tree on PATH. The module must be in PLACE of the kernel's modules.
set -euo pipefail

fail() { echo "FAILED: $*" >&2; exit 1; }

# as_user GROUPS CMD...: as an ordinary user in those groups.
as_user() {
	local groups=$1
	shift
	(cd /tmp/home && setpriv --reuid 1000 --regid 1000 --groups "$groups" \
		env -i HOME=/tmp/home PATH=/usr/local/bin:/usr/bin:/bin "$@")
}

place=$1 status=0
video=$(getent group video | cut -d: -f3)
module=$(modinfo --field filename dmabuf_exporter)
[[ $module == */modules/*/$place/dmabuf_exporter.ko* ]] || fail "the module is $module"
mkdir /tmp/home
chown 1000:1000 /tmp/home

/usr/lib/systemd/systemd-udevd --daemon
if [[ -e /usr/lib/modules-load.d/dmabuf_exporter.conf ]]; then
	grep -v '^#' /usr/lib/modules-load.d/dmabuf_exporter.conf | xargs modprobe --all
else
	modprobe dmabuf_exporter
fi
udevadm settle
[[ $(stat --format '%U %G %a' /dev/exporter) == 'root video 660' ]] ||
	fail "/dev/exporter: $(stat --format '%U %G %a' /dev/exporter)"
udevadm info --query property --property TAGS --value /dev/exporter | grep -q :uaccess: || fail "no uaccess"

as_user "$video" parallax render
[[ -s /tmp/home/out/views.png ]] || fail "no pictures"
as_user "$video" parallax-import
as_user 1000 parallax render >/tmp/home/refused 2>&1 || status=$?
[[ $status -eq 3 ]] || fail "without the group: status $status, not 3: $(cat /tmp/home/refused)"
rmmod dmabuf_exporter
udevadm control --exit
