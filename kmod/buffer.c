// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a size to a dma-buf, and back to nothing.
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
#include "limits.h"
#include "stats.h"

/*
 * dma_buf_vmap() counts its callers and comes here for the first of them
 * only, as dma_buf_vunmap() does for the last.
 */
static int exporter_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct exporter_buffer *buffer = dmabuf->priv;
	void *vaddr;

	vaddr = exporter_chunks_vmap(&buffer->chunks);
	if (!vaddr)
		return -ENOMEM;

	mutex_lock(&buffer->lock);
	buffer->vaddr = vaddr;
	mutex_unlock(&buffer->lock);

	exporter_count(EXPORTER_KERNEL_MAPS, 1);
	iosys_map_set_vaddr(map, vaddr);
	return 0;
}

static void exporter_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct exporter_buffer *buffer = dmabuf->priv;

	mutex_lock(&buffer->lock);
	buffer->vaddr = NULL;
	mutex_unlock(&buffer->lock);

	vunmap(map->vaddr);
	exporter_count(EXPORTER_KERNEL_MAPS, -1);
}

static void buffer_free(struct exporter_buffer *buffer)
{
	exporter_count(EXPORTER_BUFFERS, -1);
	exporter_count(EXPORTER_BYTES, -PFN_PHYS(buffer->chunks.pages));
	exporter_limits_release(buffer->chunks.pages);
	exporter_chunks_free(&buffer->chunks);
	exporter_client_put(buffer->client);
	mutex_destroy(&buffer->lock);
	kfree(buffer);
}

/* The last fd, mapping, attachment and kernel user are gone. */
static void exporter_release(struct dma_buf *dmabuf)
{
	struct exporter_buffer *buffer = dmabuf->priv;

	exporter_client_forget(buffer->client, dmabuf);
	buffer_free(buffer);
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

static struct exporter_buffer *buffer_alloc(struct exporter_client *client,
					    pgoff_t pages)
{
	struct exporter_buffer *buffer;
	int ret;

	ret = exporter_limits_reserve(pages);
	if (ret)
		return ERR_PTR(ret);

	buffer = kzalloc_obj(*buffer, GFP_KERNEL_ACCOUNT);
	if (!buffer) {
		ret = -ENOMEM;
		goto release_limits;
	}

	ret = exporter_chunks_alloc(&buffer->chunks, pages);
	if (ret)
		goto free_buffer;

	buffer->client = exporter_client_get(client);
	mutex_init(&buffer->lock);
	INIT_LIST_HEAD(&buffer->attachments);

	exporter_count(EXPORTER_BUFFERS, 1);
	exporter_count(EXPORTER_BYTES, PFN_PHYS(pages));
	exporter_count(EXPORTER_ALLOCATIONS, 1);
	return buffer;

free_buffer:
	kfree(buffer);
release_limits:
	exporter_limits_release(pages);
	return ERR_PTR(ret);
}

/**
 * exporter_buffer_export() - allocate a buffer and make it a dma-buf
 * @client: the open file that asks for it
 * @len: size in bytes, rounded up to whole pages
 * @fd_flags: access mode of the dma-buf's file, O_RDWR for instance
 *
 * Return: the dma-buf, one reference to which belongs to the caller, or an
 * error: -EINVAL for a @len that is 0 or overflows, and those of
 * exporter_limits_reserve() and exporter_chunks_alloc().
 */
struct dma_buf *exporter_buffer_export(struct exporter_client *client,
				       u64 len, unsigned int fd_flags)
{
	DEFINE_DMA_BUF_EXPORT_INFO(exp_info);
	struct exporter_buffer *buffer;
	struct dma_buf *dmabuf;

	/* PAGE_ALIGN() of the last page of the address space wraps to 0. */
	if (len > SIZE_MAX || !PAGE_ALIGN((size_t)len))
		return ERR_PTR(-EINVAL);

	buffer = buffer_alloc(client, PAGE_ALIGN((size_t)len) >> PAGE_SHIFT);
	if (IS_ERR(buffer))
		return ERR_CAST(buffer);

	exp_info.ops = &exporter_dma_buf_ops;
	exp_info.size = buffer->chunks.pages << PAGE_SHIFT;
	exp_info.flags = fd_flags;
	exp_info.priv = buffer;

	/* From here on the buffer belongs to its dma-buf. */
	dmabuf = dma_buf_export(&exp_info);
	if (IS_ERR(dmabuf))
		buffer_free(buffer);
	return dmabuf;
}
