/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * The contract of /dev/exporter, the node of the module dmabuf_exporter.
 *
 * The node makes dma-bufs.  It can be opened O_RDONLY or O_RDWR; both may
 * allocate.  It has two ioctls and mmap().  Every other ioctl fails with
 * ENOTTY.  Sizes are in bytes.  A program of 32 bits on a kernel of 64 calls it
 * in the same way, with the same structures.
 */
#ifndef _UAPI_LINUX_DMABUF_EXPORTER_H
#define _UAPI_LINUX_DMABUF_EXPORTER_H

#include <linux/dma-heap.h>

/**
 * DOC: DMA_HEAP_IOCTL_ALLOC
 *
 * Allocates a buffer and returns it as a new dma-buf fd, which the caller
 * owns.  This is the ioctl of linux/dma-heap.h, so every client of a dma-heap
 * works on this node, and a link to it in /dev/dma_heap makes it a heap.
 *
 * @len is rounded up to whole pages; fstat() and lseek(SEEK_END) on the fd
 * tell the rounded size.  The memory is zero, cached, not contiguous, and
 * charged to the memory cgroup of the caller.  @fd must be 0 on entry.
 * @fd_flags may hold O_CLOEXEC and an access mode of open();
 * a writable mapping, and most importers, need O_RDWR.  @heap_flags must be 0.
 *
 * The structure may be shorter or longer than this header knows it, with its
 * own size encoded in the ioctl number: what is missing counts as zero, what
 * is too much is ignored and left as it was.  It must reach beyond @fd.
 *
 * On failure nothing is allocated and no fd exists:
 *
 * EINVAL   @len is 0 or overflows when rounded; @fd is not 0; a flag is unknown
 * EFBIG    @len is above the module parameter max_buffer_mib
 * ENOMEM   max_total_mib is reached, the memory cgroup has not 256 KiB more
 *          than is asked for, or the system has not so much memory to give
 * EINTR    the caller was killed while memory was being collected
 * EMFILE   the caller has no fd left (ENFILE: the system has none)
 * EFAULT   the structure cannot be read or written
 * ENOTTY   the structure ends before @fd does, or the ioctl does not both
 *          read and write it
 */

/**
 * EXPORTER_IOCTL_HELLO - the hello page of this open file
 *
 * The argument is an int *, which receives a new dma-buf fd (O_RDWR and
 * O_CLOEXEC) that the caller owns.  The buffer is one page, begins with
 * "hello world!" and a NUL, and is zero after that.  Every call on one open
 * file returns the same page; another open file has a page of its own.
 *
 * The number is a plain 0, without the direction and size that _IOR() would
 * give it: that is what the programs written for it use.
 */
#define EXPORTER_IOCTL_HELLO	0

/**
 * DOC: mmap() of the node
 *
 * Maps the buffer that was last allocated on this open file.  If that buffer
 * is gone, because every fd (also one of O_PATH), mapping and importer of it is,
 * the node does not keep it alive, and mmap() fails with ENXIO.  If none was allocated yet, it
 * maps the hello page.
 *
 * The mapping shows the memory of the dma-buf, and both fds may be closed while
 * it stays.  It is that of a dma-buf of its own, with the same access mode and
 * the same fences: what mmap() of the first dma-buf's fd refuses, mmap() of the
 * node refuses with the same error, and /proc/PID/maps names another inode.
 * The following is true for both:
 *
 * It may cover the buffer in part, from any page on, but not reach beyond the
 * end (EINVAL).  MAP_SHARED is what it is for.  MAP_PRIVATE gives the same
 * memory, read-only; together with PROT_WRITE it fails with EINVAL.  It cannot
 * grow by mremap().
 *
 * The pages cannot be pinned, as with every mapping of bare page frames:
 * O_DIRECT, io_uring's registered buffers, vmsplice() and process_vm_readv()
 * fail with EFAULT on them, ptrace() with EIO.  futex() that is not private, and
 * so a process-shared mutex, fails with EFAULT there.
 *
 * MAP_POPULATE and mlock() succeed and map nothing; MADV_POPULATE_READ and
 * MADV_POPULATE_WRITE fail with EINVAL.  To have the mapping complete before it
 * is used, read one byte in each part of it that one page table maps (2 MiB
 * with pages of 4 KiB, counted from address 0).  After that neither a read nor a
 * write takes a fault, unless the mapping is changed.
 *
 * Reads and writes belong between DMA_BUF_SYNC_START and DMA_BUF_SYNC_END of
 * DMA_BUF_IOCTL_SYNC on the dma-buf fd (linux/dma-buf.h).  START may be
 * repeated, and ends with EINTR if a signal comes while it waits for a fence.
 */

#endif /* _UAPI_LINUX_DMABUF_EXPORTER_H */
