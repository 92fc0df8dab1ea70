// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hello page: a dma-buf of one page that greets its reader.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/highmem.h>

#include "buffer.h"
#include "client.h"
#include "hello.h"

static struct dma_buf *make(struct exporter_client *client)
{
	static const char greeting[] = "hello world!";
	struct exporter_buffer *buffer;
	struct dma_buf *dmabuf;

	buffer = exporter_buffer_create(client, PAGE_SIZE, O_RDWR);
	if (IS_ERR(buffer))
		return ERR_CAST(buffer);

	memcpy_to_page(buffer->chunks.table[0].page, 0, greeting,
		       sizeof(greeting));

	dmabuf = exporter_buffer_export(buffer);
	exporter_buffer_put(buffer);
	return dmabuf;
}

/**
 * exporter_hello() - the hello page of an open file
 * @client: the open file
 *
 * Return: a new reference, or an error of exporter_buffer_create() and
 * exporter_buffer_export().
 */
struct dma_buf *exporter_hello(struct exporter_client *client)
{
	struct dma_buf *dmabuf = exporter_client_hello(client);

	if (dmabuf)
		return dmabuf;

	dmabuf = make(client);
	if (IS_ERR(dmabuf))
		return dmabuf;
	return exporter_client_keep_hello(client, dmabuf);
}
