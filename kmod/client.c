// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an open file of the node remembers.
 *
 * mmap() of the node means the buffer that was last allocated there.  The node
 * does not keep that buffer alive: whoever closes a dma-buf expects its memory
 * to come back, however long the node stays open.  So it is remembered without
 * a reference, and forgets itself when it goes; to be there for that, every
 * buffer holds a reference on the client that made it.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/highmem.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "buffer.h"
#include "client.h"
#include "compat.h"

/**
 * struct exporter_client - one open file of the node
 * @ref: held by the file and by every buffer it allocated
 * @lock: protects what follows
 * @hello: the hello page, or NULL until it is asked for; a reference
 * @last: the buffer allocated last, if it still is; no reference
 * @allocated: a buffer was allocated here, whether it still is or not
 */
struct exporter_client {
	struct kref ref;
	struct mutex lock;	/* protects what follows */
	struct dma_buf *hello;
	struct dma_buf *last;
	bool allocated;
};

/**
 * exporter_client_create() - a client for a newly opened file
 *
 * Return: the client, to be given to exporter_client_close(), or NULL.
 */
struct exporter_client *exporter_client_create(void)
{
	struct exporter_client *client;

	client = kzalloc_obj(*client, GFP_KERNEL_ACCOUNT);
	if (!client)
		return NULL;

	kref_init(&client->ref);
	mutex_init(&client->lock);
	return client;
}

/**
 * exporter_client_get() - take a reference
 * @client: the client
 *
 * Return: @client.
 */
struct exporter_client *exporter_client_get(struct exporter_client *client)
{
	kref_get(&client->ref);
	return client;
}

static void client_free(struct kref *ref)
{
	struct exporter_client *client =
		container_of(ref, struct exporter_client, ref);

	mutex_destroy(&client->lock);
	kfree(client);
}

/**
 * exporter_client_put() - give a reference back
 * @client: the client; gone if that was the last one
 */
void exporter_client_put(struct exporter_client *client)
{
	kref_put(&client->ref, client_free);
}

/**
 * exporter_client_close() - the file is closed
 * @client: its client; buffers from it live on for those who have them
 */
void exporter_client_close(struct exporter_client *client)
{
	/* The hello page refers to the client, and here that circle ends. */
	if (client->hello)
		dma_buf_put(client->hello);
	exporter_client_put(client);
}

static struct dma_buf *hello_create(struct exporter_client *client)
{
	static const char greeting[] = "hello world!";
	struct exporter_buffer *buffer;
	struct dma_buf *dmabuf;

	dmabuf = exporter_buffer_export(client, PAGE_SIZE, O_RDWR);
	if (IS_ERR(dmabuf))
		return dmabuf;

	buffer = dmabuf->priv;
	memcpy_to_page(buffer->chunks.table[0].page, 0, greeting,
		       sizeof(greeting));
	return dmabuf;
}

/* Caller holds client->lock. */
static struct dma_buf *hello_get(struct exporter_client *client)
{
	if (!client->hello) {
		struct dma_buf *dmabuf = hello_create(client);

		if (IS_ERR(dmabuf))
			return dmabuf;
		client->hello = dmabuf;
	}
	get_dma_buf(client->hello);
	return client->hello;
}

/**
 * exporter_client_hello() - the hello page of this client
 * @client: the client
 *
 * Return: a new reference, or an error of exporter_buffer_export().
 */
struct dma_buf *exporter_client_hello(struct exporter_client *client)
{
	struct dma_buf *dmabuf;

	mutex_lock(&client->lock);
	dmabuf = hello_get(client);
	mutex_unlock(&client->lock);
	return dmabuf;
}

/*
 * The last buffer, if it is not on its way out.  Its file cannot be freed
 * before its release has been through exporter_client_forget(), and so not
 * while it is found here with the lock held.
 */
static struct dma_buf *last_get(struct exporter_client *client)
{
	struct file *file;

	if (!client->last)
		return NULL;
	file = client->last->file;
	return get_file_active(&file) ? client->last : NULL;
}

/**
 * exporter_client_buffer() - the buffer that mmap() of the node means
 * @client: the client
 *
 * Return: a new reference to the buffer that was remembered last; -ENXIO if
 * that is gone; the hello page if there was none.
 */
struct dma_buf *exporter_client_buffer(struct exporter_client *client)
{
	struct dma_buf *dmabuf;

	mutex_lock(&client->lock);
	if (client->allocated)
		dmabuf = last_get(client) ?: ERR_PTR(-ENXIO);
	else
		dmabuf = hello_get(client);
	mutex_unlock(&client->lock);
	return dmabuf;
}

/**
 * exporter_client_remember() - a buffer was allocated for this client
 * @client: the client
 * @dmabuf: the buffer, which exporter_buffer_export() made for @client
 */
void exporter_client_remember(struct exporter_client *client,
			      struct dma_buf *dmabuf)
{
	mutex_lock(&client->lock);
	client->last = dmabuf;
	client->allocated = true;
	mutex_unlock(&client->lock);
}

/**
 * exporter_client_forget() - a buffer is being released
 * @client: the client that it was made for
 * @dmabuf: the buffer, remembered or not
 */
void exporter_client_forget(struct exporter_client *client,
			    struct dma_buf *dmabuf)
{
	mutex_lock(&client->lock);
	if (client->last == dmabuf)
		client->last = NULL;
	mutex_unlock(&client->lock);
}
