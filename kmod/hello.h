/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hello page.
 */
#ifndef DMABUF_EXPORTER_HELLO_H
#define DMABUF_EXPORTER_HELLO_H

struct dma_buf;
struct exporter_client;

struct dma_buf *exporter_hello(struct exporter_client *client);

#endif /* DMABUF_EXPORTER_HELLO_H */
