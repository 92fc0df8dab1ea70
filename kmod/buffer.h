/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One buffer: its pages and who is looking at them.
 */
#ifndef DMABUF_EXPORTER_BUFFER_H
#define DMABUF_EXPORTER_BUFFER_H

#include <linux/dma-direction.h>
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
 * struct exporter_buffer - what a dma-buf of this module owns
 * @chunks: its pages
 * @client: the open file that allocated it; a reference
 * @lock: protects @attachments, what they hold, and @vaddr
 * @attachments: list of struct exporter_attachment
 * @vaddr: address in the kernel while it is mapped there, else NULL
 *
 * It lives as long as its dma-buf, which owns it.
 */
struct exporter_buffer {
	struct exporter_chunks chunks;
	struct exporter_client *client;
	struct mutex lock;	/* protects what follows */
	struct list_head attachments;
	void *vaddr;
};

/* buffer.c */
struct dma_buf *exporter_buffer_export(struct exporter_client *client,
				       u64 len, unsigned int fd_flags);

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

#endif /* DMABUF_EXPORTER_BUFFER_H */
