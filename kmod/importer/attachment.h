/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The place of the device at one dma-buf.
 */
#ifndef DMABUF_IMPORTER_ATTACHMENT_H
#define DMABUF_IMPORTER_ATTACHMENT_H

#include <linux/dma-direction.h>
#include <linux/types.h>

struct device;
struct dma_buf;
struct dma_buf_attachment;
struct importer_access;
struct importer_attach;
struct sg_table;

/**
 * struct importer_attachment - a dma-buf that is attached and mapped
 * @dmabuf: the buffer; a reference
 * @attach: the attachment
 * @sgt: its mapping, or NULL after a failure to map again
 * @direction: which way that is
 */
struct importer_attachment {
	struct dma_buf *dmabuf;
	struct dma_buf_attachment *attach;
	struct sg_table *sgt;
	enum dma_data_direction direction;
};

struct importer_attachment *
importer_attachment_create(struct device *dev, struct importer_attach *arg);
void importer_attachment_destroy(struct importer_attachment *attachment);
int importer_attachment_map_again(struct importer_attachment *attachment);

int importer_device_access(struct importer_attachment *attachment,
			   const struct importer_access *access, bool write);
int importer_kernel_access(struct importer_attachment *attachment,
			   const struct importer_access *access, bool write);

#endif /* DMABUF_IMPORTER_ATTACHMENT_H */
