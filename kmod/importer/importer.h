/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * The contract of /dev/importer, for the tests of /dev/exporter only.
 *
 * An open file of the node is a device's place at one dma-buf.  It attaches and
 * maps, and then reads and writes the memory at the DMA addresses it was given,
 * as a device would, or through a mapping of the kernel.
 */
#ifndef DMABUF_IMPORTER_UAPI_H
#define DMABUF_IMPORTER_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The direction of a mapping's data. */
#define IMPORTER_TO_DEVICE	1
#define IMPORTER_FROM_DEVICE	2
#define IMPORTER_BOTH_WAYS	3

/**
 * struct importer_attach - argument of IMPORTER_ATTACH
 * @fd: a dma-buf, of which the node takes a reference
 * @direction: one of IMPORTER_TO_DEVICE, _FROM_DEVICE and _BOTH_WAYS
 * @segments: set to the number of segments that the device sees
 * @longest: set to the length of the longest of them in bytes
 */
struct importer_attach {
	__s32 fd;
	__u32 direction;
	__u32 segments;
	__u32 longest;
};

/**
 * struct importer_access - argument of the ioctls that read and write
 * @address: of the caller's memory
 * @offset: in the dma-buf, in bytes
 * @length: in bytes; @offset + @length must lie within the dma-buf
 */
struct importer_access {
	__u64 address;
	__u64 offset;
	__u64 length;
};

/* Attach and map; EBUSY if this open file has done so already. */
#define IMPORTER_ATTACH		_IOWR('i', 0, struct importer_attach)
/* Unmap and detach, as closing the file does; ENXIO if not attached. */
#define IMPORTER_DETACH		_IO('i', 1)

/* Copies the memory at the DMA addresses to the caller, and vice versa. */
#define IMPORTER_DEVICE_READ	_IOW('i', 2, struct importer_access)
#define IMPORTER_DEVICE_WRITE	_IOW('i', 3, struct importer_access)

/* The same through dma_buf_vmap(), twice nested, within CPU access. */
#define IMPORTER_KERNEL_READ	_IOW('i', 4, struct importer_access)
#define IMPORTER_KERNEL_WRITE	_IOW('i', 5, struct importer_access)

/* Unmap, and map again in the same direction; ENXIO if not attached. */
#define IMPORTER_MAP_AGAIN	_IO('i', 6)

/* mmap() maps the dma-buf; ENXIO if not attached, EAGAIN during an ioctl. */

#endif /* DMABUF_IMPORTER_UAPI_H */
