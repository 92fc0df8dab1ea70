/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One buffer: its pages, and their users.
 */
#ifndef DMABUF_EXPORTER_BUFFER_H
#define DMABUF_EXPORTER_BUFFER_H

#include <linux/compiler.h>
#include <linux/dma-direction.h>
#include <linux/dma-resv.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "chunk.h"

struct dma_buf;
struct dma_buf_attachment;
struct exporter_client;
struct sg_table;
struct vm_area_struct;

/**
 * struct exporter_buffer - pages, and their users
 * @ref: held by every dma-buf that shows the pages
 * @chunks: its pages
 * @client: the open file that allocated it; a reference
 * @access: access mode of its dma-bufs, O_RDWR for instance
 * @resv: the fences of its dma-bufs
 * @lock: protects what follows
 * @attachments: list of struct exporter_attachment
 * @watchers: how many need to know of CPU access: attachments that are mapped
 *            and need syncs, and @vaddr
 * @vaddr: address in the kernel while it is mapped there, else NULL
 * @kernel_maps: number of dma-bufs that use @vaddr
 *
 * A dma-buf cannot say whether its file is still in use, and so a buffer has a
 * count of its own.  It has one dma-buf from its allocation on, and mmap() of
 * the node makes another, which the mapping owns.
 */
struct exporter_buffer {
	struct kref ref;
	struct exporter_chunks chunks;
	struct exporter_client *client;
	unsigned int access;
	struct dma_resv resv;
	struct mutex lock;	/* protects what follows */
	struct list_head attachments;
	unsigned int watchers;
	void *vaddr;
	unsigned int kernel_maps;
};

/* Caller holds the lock; the bracket of CPU access looks without it. */
static inline void exporter_buffer_watch(struct exporter_buffer *buffer,
					 int difference)
{
	WRITE_ONCE(buffer->watchers, buffer->watchers + difference);
}

/* buffer.c */
struct exporter_buffer *exporter_buffer_create(struct exporter_client *client,
					       u64 len, unsigned int fd_flags);
struct dma_buf *exporter_buffer_export(struct exporter_buffer *buffer);
void exporter_buffer_put(struct exporter_buffer *buffer);

/* attachment.c: the dma_buf_ops of devices and of CPU access */
int exporter_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);
void exporter_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);
struct sg_table *exporter_map(struct dma_buf_attachment *attach,
			      enum dma_data_direction direction);
void exporter_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		    enum dma_data_direction direction);
int exporter_begin_cpu_access(struct dma_buf *dmabuf,
			      enum dma_data_direction direction);
int exporter_end_cpu_access(struct dma_buf *dmabuf,
			    enum dma_data_direction direction);

/* mapping.c: the dma_buf_ops of user space mappings */
int exporter_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma);
int exporter_mmap_node(struct dma_buf *dmabuf, struct vm_area_struct *vma);

#endif /* DMABUF_EXPORTER_BUFFER_H */
