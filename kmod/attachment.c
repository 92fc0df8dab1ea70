// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices that look at a buffer, and the CPU taking turns with them.
 *
 * Every attachment has an sg table of its own, because its DMA addresses are
 * those of one device.  Where memory is not coherent between the CPU and a
 * device, or DMA goes through bounce buffers, what one wrote reaches the other
 * only by a sync, and so the bracket of CPU access syncs every attachment
 * that is mapped.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "buffer.h"
#include "compat.h"
#include "stats.h"

/**
 * struct exporter_attachment - one device at one buffer
 * @node: in the buffer's list of attachments
 * @dev: the device
 * @sgt: the pages as this device sees them; owned
 * @direction: how it is mapped, or DMA_NONE while it is not
 */
struct exporter_attachment {
	struct list_head node;
	struct device *dev;
	struct sg_table sgt;
	enum dma_data_direction direction;
};

int exporter_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct exporter_buffer *buffer = dmabuf->priv;
	struct exporter_attachment *a;
	int ret;

	a = kzalloc_obj(*a, GFP_KERNEL_ACCOUNT);
	if (!a)
		return -ENOMEM;

	ret = exporter_chunks_to_sgt(&buffer->chunks, attach->dev, &a->sgt);
	if (ret) {
		kfree(a);
		return ret;
	}

	a->dev = attach->dev;
	a->direction = DMA_NONE;
	attach->priv = a;

	mutex_lock(&buffer->lock);
	list_add(&a->node, &buffer->attachments);
	mutex_unlock(&buffer->lock);
	exporter_count(EXPORTER_ATTACHMENTS, 1);
	return 0;
}

void exporter_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct exporter_buffer *buffer = dmabuf->priv;
	struct exporter_attachment *a = attach->priv;

	mutex_lock(&buffer->lock);
	list_del(&a->node);
	mutex_unlock(&buffer->lock);
	exporter_count(EXPORTER_ATTACHMENTS, -1);

	sg_free_table(&a->sgt);
	kfree(a);
}

struct sg_table *exporter_map(struct dma_buf_attachment *attach,
			      enum dma_data_direction direction)
{
	struct exporter_buffer *buffer = attach->dmabuf->priv;
	struct exporter_attachment *a = attach->priv;
	int ret;

	/* The lock: a sync must not see a table that is half mapped. */
	mutex_lock(&buffer->lock);
	if (a->direction != DMA_NONE)
		ret = -EBUSY;
	else
		ret = dma_map_sgtable(a->dev, &a->sgt, direction, 0);
	if (!ret) {
		a->direction = direction;
		exporter_count(EXPORTER_DEVICE_MAPS, 1);
	}
	mutex_unlock(&buffer->lock);

	return ret ? ERR_PTR(ret) : &a->sgt;
}

void exporter_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		    enum dma_data_direction direction)
{
	struct exporter_buffer *buffer = attach->dmabuf->priv;
	struct exporter_attachment *a = attach->priv;

	mutex_lock(&buffer->lock);
	a->direction = DMA_NONE;
	dma_unmap_sgtable(a->dev, sgt, direction, 0);
	mutex_unlock(&buffer->lock);
	exporter_count(EXPORTER_DEVICE_MAPS, -1);
}

/*
 * Before the CPU reads or writes.  A sync has the direction of the mapping and
 * not of the access: a CPU that will only write may write a part, and must not
 * push an old copy over what a device wrote elsewhere.
 */
int exporter_begin_cpu_access(struct dma_buf *dmabuf,
			      enum dma_data_direction direction)
{
	struct exporter_buffer *buffer = dmabuf->priv;
	struct exporter_attachment *a;

	exporter_count(EXPORTER_CPU_BEGINS, 1);
	mutex_lock(&buffer->lock);
	if (buffer->vaddr)
		invalidate_kernel_vmap_range(buffer->vaddr, dmabuf->size);

	list_for_each_entry(a, &buffer->attachments, node)
		if (a->direction != DMA_NONE)
			dma_sync_sgtable_for_cpu(a->dev, &a->sgt, a->direction);
	mutex_unlock(&buffer->lock);
	return 0;
}

/*
 * After the CPU read or wrote.  If it only read, then it has nothing to tell
 * the device, whose own writes since the beginning must survive: to a device
 * that writes, the sync then says that the memory is its own again, no more.
 */
int exporter_end_cpu_access(struct dma_buf *dmabuf,
			    enum dma_data_direction direction)
{
	struct exporter_buffer *buffer = dmabuf->priv;
	struct exporter_attachment *a;

	exporter_count(EXPORTER_CPU_ENDS, 1);
	mutex_lock(&buffer->lock);
	if (buffer->vaddr)
		flush_kernel_vmap_range(buffer->vaddr, dmabuf->size);

	list_for_each_entry(a, &buffer->attachments, node) {
		enum dma_data_direction sync = a->direction;

		if (sync == DMA_NONE)
			continue;
		if (sync == DMA_BIDIRECTIONAL && direction == DMA_FROM_DEVICE)
			sync = DMA_FROM_DEVICE;
		dma_sync_sgtable_for_device(a->dev, &a->sgt, sync);
	}
	mutex_unlock(&buffer->lock);
	return 0;
}
