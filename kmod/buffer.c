// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocation, export and release of a buffer.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "buffer.h"
#include "client.h"
#include "compat.h"
#include "headroom.h"
#include "limits.h"
#include "stats.h"

/*
 * dma_buf_vmap() counts the callers of one dma-buf and comes here for the first
 * of them only, as dma_buf_vunmap() does for the last.  All dma-bufs of a
 * buffer share one address.
 */
static int exporter_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct exporter_buffer *buffer = dmabuf->priv;
	int ret = 0;

	mutex_lock(&buffer->lock);
	if (!buffer->vaddr)
		buffer->vaddr = exporter_chunks_vmap(&buffer->chunks);
	if (buffer->vaddr) {
		if (!buffer->kernel_maps++)
			exporter_buffer_watch(buffer, 1);
		exporter_count(EXPORTER_KERNEL_MAPS, 1);
		iosys_map_set_vaddr(map, buffer->vaddr);
	} else {
		ret = -ENOMEM;
	}
	mutex_unlock(&buffer->lock);
	return ret;
}

static void exporter_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct exporter_buffer *buffer = dmabuf->priv;

	mutex_lock(&buffer->lock);
	if (!--buffer->kernel_maps) {
		vunmap(buffer->vaddr);
		buffer->vaddr = NULL;
		exporter_buffer_watch(buffer, -1);
	}
	mutex_unlock(&buffer->lock);
	exporter_count(EXPORTER_KERNEL_MAPS, -1);
}

static void buffer_free(struct kref *ref)
{
	struct exporter_buffer *buffer =
		container_of(ref, struct exporter_buffer, ref);

	exporter_client_forget(buffer->client, buffer);
	exporter_client_put(buffer->client);

	exporter_count(EXPORTER_BUFFERS, -1);
	exporter_count(EXPORTER_BYTES, -PFN_PHYS(buffer->chunks.pages));
	exporter_chunks_free(&buffer->chunks);
	dma_resv_fini(&buffer->resv);
	mutex_destroy(&buffer->lock);
	kfree(buffer);
}

/**
 * exporter_buffer_put() - give a reference back
 * @buffer: the buffer; freed if that was the last one
 */
void exporter_buffer_put(struct exporter_buffer *buffer)
{
	kref_put(&buffer->ref, buffer_free);
}

/* The last fd, mapping, attachment and kernel user of a dma-buf is gone. */
static void exporter_release(struct dma_buf *dmabuf)
{
	exporter_buffer_put(dmabuf->priv);
}

static const struct dma_buf_ops exporter_dma_buf_ops = {
	.attach = exporter_attach,
	.detach = exporter_detach,
	.map_dma_buf = exporter_map,
	.unmap_dma_buf = exporter_unmap,
	.begin_cpu_access = exporter_begin_cpu_access,
	.end_cpu_access = exporter_end_cpu_access,
	.mmap = exporter_mmap,
	.vmap = exporter_vmap,
	.vunmap = exporter_vunmap,
	.release = exporter_release,
};

/**
 * exporter_buffer_create() - allocate a buffer
 * @client: the open file that asks for it
 * @len: size in bytes, rounded up to whole pages
 * @fd_flags: flags of open(), of which the access mode is kept
 *
 * Return: the buffer, one reference to which belongs to the caller, or an
 * error: -EINVAL for a @len that is 0 or overflows, and those of
 * exporter_limits_check() and exporter_chunks_alloc().
 */
struct exporter_buffer *exporter_buffer_create(struct exporter_client *client,
					       u64 len, unsigned int fd_flags)
{
	struct exporter_buffer *buffer;
	pgoff_t pages;
	int ret;

	/* PAGE_ALIGN() of the last page of the address space wraps to 0. */
	if (len > SIZE_MAX || !PAGE_ALIGN((size_t)len))
		return ERR_PTR(-EINVAL);
	pages = PAGE_ALIGN((size_t)len) >> PAGE_SHIFT;

	ret = exporter_limits_check(pages);
	if (ret)
		return ERR_PTR(ret);

	buffer = exporter_kzalloc_obj(*buffer, EXPORTER_GFP_SMALL);
	if (!buffer)
		return ERR_PTR(-ENOMEM);

	ret = exporter_chunks_alloc(&buffer->chunks, pages);
	if (ret) {
		kfree(buffer);
		return ERR_PTR(ret);
	}

	kref_init(&buffer->ref);
	buffer->client = exporter_client_get(client);
	buffer->access = fd_flags & O_ACCMODE;
	dma_resv_init(&buffer->resv);
	mutex_init(&buffer->lock);
	INIT_LIST_HEAD(&buffer->attachments);

	exporter_count(EXPORTER_BUFFERS, 1);
	exporter_count(EXPORTER_BYTES, PFN_PHYS(pages));
	exporter_count(EXPORTER_ALLOCATIONS, 1);
	return buffer;
}

/**
 * exporter_buffer_export() - make a dma-buf that shows a buffer
 * @buffer: the buffer, which the dma-buf takes a reference on
 *
 * Return: the dma-buf, one reference to which belongs to the caller, or an
 * error of exporter_headroom_for_dmabuf() and dma_buf_export().
 */
struct dma_buf *exporter_buffer_export(struct exporter_buffer *buffer)
{
	DEFINE_DMA_BUF_EXPORT_INFO(exp_info);
	struct exporter_room room;
	struct dma_buf *dmabuf;
	int ret;

	ret = exporter_headroom_for_dmabuf(&room);
	if (ret)
		return ERR_PTR(ret);

	exp_info.ops = &exporter_dma_buf_ops;
	exp_info.size = buffer->chunks.pages << PAGE_SHIFT;
	exp_info.flags = buffer->access;
	exp_info.resv = &buffer->resv;
	exp_info.priv = buffer;

	dmabuf = dma_buf_export(&exp_info);
	exporter_headroom_end(&room);
	if (!IS_ERR(dmabuf))
		kref_get(&buffer->ref);
	return dmabuf;
}
