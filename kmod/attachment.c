// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices that use a buffer, and CPU access to it.
 *
 * Every attachment has an sg table of its own, because its DMA addresses are
 * those of one device.  Where memory is not coherent between the CPU and a
 * device, or DMA goes through bounce buffers, what one wrote reaches the other
 * only by a sync, and so the bracket of CPU access syncs every attachment
 * that is mapped.  Where none needs that, the bracket takes no lock.
 */
#include <linux/compiler.h>
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "buffer.h"
#include "compat.h"
#include "stats.h"

/**
 * struct exporter_attachment - one device at one buffer, from the first time on
 * that it maps it
 * @node: in the buffer's list of attachments
 * @dev: the device
 * @sgt: the pages as this device sees them; owned
 * @direction: how it is mapped, or DMA_NONE while it is not; never
 *             DMA_FROM_DEVICE, see mapped_as()
 * @synced: it is mapped and needs syncs
 * @cpu_writes: CPU access for writing has begun since this was mapped, and none
 *              has ended since
 */
struct exporter_attachment {
	struct list_head node;
	struct device *dev;
	struct sg_table sgt;
	enum dma_data_direction direction;
	bool synced;
	bool cpu_writes;
};

/*
 * There is nothing to describe before a device maps: many importers attach only
 * to ask whether they could, or map much later.
 */
int exporter_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	exporter_count(EXPORTER_ATTACHMENTS, 1);
	return 0;
}

static noinline void remove_attachment(struct exporter_buffer *buffer,
				       struct exporter_attachment *a)
{
	mutex_lock(&buffer->lock);
	list_del(&a->node);
	mutex_unlock(&buffer->lock);

	sg_free_table(&a->sgt);
	kfree(a);
}

void exporter_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	exporter_count(EXPORTER_ATTACHMENTS, -1);
	if (attach->priv)
		remove_attachment(dmabuf->priv, attach->priv);
}

/* Describes the pages to the device, and adds it to the list. */
static struct exporter_attachment *
add_attachment(struct exporter_buffer *buffer,
	       struct dma_buf_attachment *attach)
{
	struct exporter_attachment *a;

	a = exporter_kzalloc_obj(*a, EXPORTER_GFP_SMALL);
	if (!a)
		return NULL;

	if (exporter_chunks_to_sgt(&buffer->chunks, attach->dev, &a->sgt)) {
		kfree(a);
		return NULL;
	}

	a->dev = attach->dev;
	a->direction = DMA_NONE;
	list_add(&a->node, &buffer->attachments);
	attach->priv = a;
	return a;
}

/*
 * A device that only writes is mapped for both directions.  The CPU may write,
 * too, in its bracket, and that has to reach the copy that the device writes
 * into: it is brought back whole by the next sync, or when it is unmapped.  A
 * mapping of DMA_FROM_DEVICE has no way there.  Where caches are not coherent,
 * its syncs invalidate lines instead of cleaning them first.
 */
static enum dma_data_direction mapped_as(enum dma_data_direction direction)
{
	return direction == DMA_FROM_DEVICE ? DMA_BIDIRECTIONAL : direction;
}

struct sg_table *exporter_map(struct dma_buf_attachment *attach,
			      enum dma_data_direction direction)
{
	struct exporter_buffer *buffer = attach->dmabuf->priv;
	struct exporter_attachment *a;
	int ret;

	direction = mapped_as(direction);

	/* The lock: a sync must not see a table that is half mapped. */
	mutex_lock(&buffer->lock);
	a = attach->priv ?: add_attachment(buffer, attach);
	if (!a)
		ret = -ENOMEM;
	else if (a->direction != DMA_NONE)
		ret = -EBUSY;
	else
		ret = dma_map_sgtable(a->dev, &a->sgt, direction, 0);
	if (!ret) {
		a->direction = direction;
		/* Now is known whether these pages are bounced. */
		a->synced = exporter_dev_needs_sync(a->dev);
		exporter_buffer_watch(buffer, a->synced);
		exporter_count(EXPORTER_DEVICE_MAPS, 1);
	}
	mutex_unlock(&buffer->lock);

	return ret ? ERR_PTR(ret) : &a->sgt;
}

/*
 * Between the beginning and the end of CPU access for writing, the CPU has what
 * the device wrote until then.  To bring the device's copy back once more would
 * undo what the CPU has written since.
 */
void exporter_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		    enum dma_data_direction direction)
{
	struct exporter_buffer *buffer = attach->dmabuf->priv;
	struct exporter_attachment *a = attach->priv;

	mutex_lock(&buffer->lock);
	dma_unmap_sgtable(a->dev, sgt, a->direction,
			  a->cpu_writes ? DMA_ATTR_SKIP_CPU_SYNC : 0);
	a->direction = DMA_NONE;
	a->cpu_writes = false;
	exporter_buffer_watch(buffer, -a->synced);
	a->synced = false;
	mutex_unlock(&buffer->lock);
	exporter_count(EXPORTER_DEVICE_MAPS, -1);
}

/*
 * Before the CPU reads or writes.  Devices that are still at work come first: the
 * core waits for their fences after this, when it would be too late to bring
 * what they wrote.
 *
 * A sync has the direction of the mapping and not of the access: a CPU that will
 * only write may write a part, and must not push an old copy over what a device
 * wrote elsewhere.
 */
static noinline int sync_for_cpu(struct dma_buf *dmabuf,
				 enum dma_data_direction direction)
{
	struct exporter_buffer *buffer = dmabuf->priv;
	bool writes = direction != DMA_FROM_DEVICE;
	struct exporter_attachment *a;
	long ret;

	ret = dma_resv_wait_timeout(dmabuf->resv, dma_resv_usage_rw(writes),
				    true, MAX_SCHEDULE_TIMEOUT);
	if (ret < 0)
		return ret;

	mutex_lock(&buffer->lock);
	if (buffer->vaddr)
		invalidate_kernel_vmap_range(buffer->vaddr, dmabuf->size);

	list_for_each_entry(a, &buffer->attachments, node)
		if (a->synced) {
			dma_sync_sgtable_for_cpu(a->dev, &a->sgt, a->direction);
			a->cpu_writes |= writes;
		}
	mutex_unlock(&buffer->lock);
	return 0;
}

/*
 * Without watchers the core's wait for fences is all there is to do.  A device
 * that is about to be mapped may be missed here as well as with the lock.
 */
int exporter_begin_cpu_access(struct dma_buf *dmabuf,
			      enum dma_data_direction direction)
{
	const struct exporter_buffer *buffer = dmabuf->priv;

	exporter_count(EXPORTER_CPU_BEGINS, 1);
	return READ_ONCE(buffer->watchers) ? sync_for_cpu(dmabuf, direction) : 0;
}

/*
 * Does the end of a read have to be told to a device that writes?  There is
 * nothing to push, and what it wrote since the beginning must survive.  Only an
 * architecture that drops cache lines before DMA and not after it has something
 * left to do; none of those has bounce buffers, which a push would overwrite.
 */
static const bool read_end_needs_sync =
	!IS_ENABLED(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU) &&
	!IS_ENABLED(CONFIG_SWIOTLB);

/*
 * After the CPU read or wrote.  What it wrote goes to every device.  If it only
 * read, then what START brought from one device goes to those that do not write.
 */
static noinline int sync_for_devices(struct dma_buf *dmabuf,
				     enum dma_data_direction direction)
{
	struct exporter_buffer *buffer = dmabuf->priv;
	bool wrote = direction != DMA_FROM_DEVICE;
	struct exporter_attachment *a;

	mutex_lock(&buffer->lock);
	if (buffer->vaddr)
		flush_kernel_vmap_range(buffer->vaddr, dmabuf->size);

	list_for_each_entry(a, &buffer->attachments, node) {
		if (a->synced && (a->direction == DMA_TO_DEVICE || wrote ||
				  read_end_needs_sync))
			dma_sync_sgtable_for_device(a->dev, &a->sgt,
						    a->direction);
		a->cpu_writes = false;
	}
	mutex_unlock(&buffer->lock);
	return 0;
}

int exporter_end_cpu_access(struct dma_buf *dmabuf,
			    enum dma_data_direction direction)
{
	const struct exporter_buffer *buffer = dmabuf->priv;

	exporter_count(EXPORTER_CPU_ENDS, 1);
	return READ_ONCE(buffer->watchers) ?
		       sync_for_devices(dmabuf, direction) : 0;
}
