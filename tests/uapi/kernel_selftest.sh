#!/bin/sh
# SPDX-License-Identifier: MIT
#
# kernel_selftest.sh PROGRAM - runs the kernel's own test of dma-heaps, built from the kernel's source,
# on /dev/exporter: a link makes the node a heap. It is the only one in the private /dev/dma_heap, since
# the test runs on all heaps, and the system heap of 6.12 fails its newest version. vgem must be loaded,
# or the test would skip the import.
set -eu
program=$1
heap=exporter

if [ ! -x "$program" ]; then
    echo "$program is missing: its source belongs in /usr/src/linux-selftests (Debian's" >&2
    echo "linux-source, tools/testing/selftests) before the build is configured" >&2
    exit 1
fi

if [ "${2:-}" != private ]; then
    exec unshare --mount -- "$0" "$program" private
fi

modprobe vgem
mkdir -p /dev/dma_heap # a kernel without heaps has none
mount -t tmpfs none /dev/dma_heap
ln -s ../exporter "/dev/dma_heap/$heap"

output=$("$program" 2>&1) || {
    printf '%s\n' "$output"
    echo "the selftest failed" >&2
    exit 1
}
printf '%s\n' "$output"

# It does not report missing parts.
case $output in
*"Testing heap: $heap"*) ;;
*) echo "the selftest did not look at $heap" >&2; exit 1 ;;
esac
case $output in
*"not ok"* | *FAIL* | *SKIP* | *skipping*) echo "the selftest left something out" >&2; exit 1 ;;
esac
