/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One open file of the node, and the buffers that its mmap() can mean.
 */
#ifndef DMABUF_EXPORTER_CLIENT_H
#define DMABUF_EXPORTER_CLIENT_H

#include <linux/types.h>

struct dma_buf;
struct exporter_buffer;
struct exporter_client;

struct exporter_client *exporter_client_create(void);
struct exporter_client *exporter_client_get(struct exporter_client *client);
void exporter_client_put(struct exporter_client *client);
void exporter_client_close(struct exporter_client *client);

struct dma_buf *exporter_client_hello(struct exporter_client *client);
struct dma_buf *exporter_client_keep_hello(struct exporter_client *client,
					   struct dma_buf *dmabuf);
struct exporter_buffer *exporter_client_last(struct exporter_client *client);
void exporter_client_remember(struct exporter_client *client,
			      struct exporter_buffer *buffer);
void exporter_client_forget(struct exporter_client *client,
			    struct exporter_buffer *buffer);

#endif /* DMABUF_EXPORTER_CLIENT_H */
