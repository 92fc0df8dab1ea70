#!/bin/bash
# SPDX-License-Identifier: MIT
#
# over-network.sh CMD...: runs CMD in the machine with the host's X server as its
# display, which QEMU's network brings to 10.0.2.100 (vm/commands/window.sh).
modprobe virtio_net
for _ in {1..50}; do
	for link in /sys/class/net/e*; do
		[[ ! -e $link ]] || break 2
	done
	sleep 0.1
done
ip address add 10.0.2.15/24 dev "${link##*/}"
ip link set "${link##*/}" up
export DISPLAY=10.0.2.100:0
exec "$@"
