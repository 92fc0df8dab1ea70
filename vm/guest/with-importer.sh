#!/bin/sh
# SPDX-License-Identifier: MIT
#
# with-importer.sh CMD...: runs CMD with the module for tests dmabuf_importer loaded, whose device reads
# and writes dma-bufs at its DMA addresses.
set -eu
(
	flock 9 # tests run in parallel
	grep -q '^dmabuf_importer ' /proc/modules || insmod "build/kmod/$(uname -r)/importer/dmabuf_importer.ko"
) 9>/tmp/importer.lock
exec "$@"
