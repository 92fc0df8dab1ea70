// SPDX-License-Identifier: GPL-2.0-only
/*
 * State of an open file of the node.
 *
 * mmap() of the node means the buffer that was last allocated there.  The node
 * does not keep that buffer alive: closing a dma-buf gives its memory back,
 * however long the node stays open.  So the client has a pointer without a
 * reference, which a buffer clears when its last reference is gone.  For that,
 * every buffer holds a reference on the client that made it.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/kref.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "buffer.h"
#include "client.h"
#include "compat.h"

/**
 * struct exporter_client - one open file of the node
 * @ref: held by the file and by every buffer it allocated
 * @lock: protects what follows
 * @hello: the hello page, or NULL until it is asked for; a reference
 * @last: the buffer allocated last, if it still exists; no reference
 * @allocated: a buffer was allocated here, whether it still exists or not
 */
struct exporter_client {
	struct kref ref;
	spinlock_t lock;	/* protects what follows */
	struct dma_buf *hello;
	struct exporter_buffer *last;
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

	client = exporter_kzalloc_obj(*client, EXPORTER_GFP_SMALL);
	if (!client)
		return NULL;

	kref_init(&client->ref);
	spin_lock_init(&client->lock);
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
 * @client: its client; buffers from it live on while they are in use
 */
void exporter_client_close(struct exporter_client *client)
{
	/* The hello page refers to the client: break that circle. */
	if (client->hello)
		dma_buf_put(client->hello);
	exporter_client_put(client);
}

/**
 * exporter_client_hello() - the hello page of this client
 * @client: the client
 *
 * Return: a new reference, or NULL if there is none yet.
 */
struct dma_buf *exporter_client_hello(struct exporter_client *client)
{
	struct dma_buf *dmabuf;

	spin_lock(&client->lock);
	dmabuf = client->hello;
	if (dmabuf)
		get_dma_buf(dmabuf);
	spin_unlock(&client->lock);
	return dmabuf;
}

/**
 * exporter_client_keep_hello() - make a dma-buf the hello page of this client
 * @client: the client
 * @dmabuf: the page; the caller's reference is taken over
 *
 * Return: a new reference to the hello page, which is another one than @dmabuf
 * if another thread was quicker.
 */
struct dma_buf *exporter_client_keep_hello(struct exporter_client *client,
					   struct dma_buf *dmabuf)
{
	struct dma_buf *hello;

	spin_lock(&client->lock);
	if (!client->hello) {
		client->hello = dmabuf;
		get_dma_buf(dmabuf);
	}
	hello = client->hello;
	if (hello != dmabuf)
		get_dma_buf(hello);
	spin_unlock(&client->lock);

	if (hello != dmabuf)
		dma_buf_put(dmabuf);
	return hello;
}

/**
 * exporter_client_last() - the buffer that was allocated last
 * @client: the client
 *
 * The pointer is good for a look at the count while the lock is held: a buffer
 * whose count is 0 goes through exporter_client_forget() before it is freed.
 *
 * Return: a new reference; NULL if no buffer was allocated; -ENXIO if the last
 * one is gone.
 */
struct exporter_buffer *exporter_client_last(struct exporter_client *client)
{
	struct exporter_buffer *buffer = NULL;

	spin_lock(&client->lock);
	if (client->allocated) {
		buffer = client->last;
		if (!buffer || !kref_get_unless_zero(&buffer->ref))
			buffer = ERR_PTR(-ENXIO);
	}
	spin_unlock(&client->lock);
	return buffer;
}

/**
 * exporter_client_remember() - a buffer was allocated for this client
 * @client: the client
 * @buffer: the buffer, which exporter_buffer_create() made for @client; the
 *          caller has a reference
 */
void exporter_client_remember(struct exporter_client *client,
			      struct exporter_buffer *buffer)
{
	spin_lock(&client->lock);
	client->last = buffer;
	client->allocated = true;
	spin_unlock(&client->lock);
}

/**
 * exporter_client_forget() - a buffer is being freed
 * @client: the client that it was made for
 * @buffer: the buffer, remembered or not
 */
void exporter_client_forget(struct exporter_client *client,
			    struct exporter_buffer *buffer)
{
	spin_lock(&client->lock);
	if (client->last == buffer)
		client->last = NULL;
	spin_unlock(&client->lock);
}
