// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver for a device that does not exist.
 *
 * The device's reads and writes are copies by the CPU, but to and from the
 * memory that the DMA addresses mean.  That is the buffer itself, or, where DMA
 * is bounced, another place, which only a sync makes equal to it.
 */
#include <linux/dma-buf.h>
#include <linux/dma-direct.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/iosys-map.h>
#include <linux/minmax.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../compat.h"
#include "attachment.h"
#include "importer.h"

static int to_direction(u32 direction)
{
	switch (direction) {
	case IMPORTER_TO_DEVICE:
		return DMA_TO_DEVICE;
	case IMPORTER_FROM_DEVICE:
		return DMA_FROM_DEVICE;
	case IMPORTER_BOTH_WAYS:
		return DMA_BIDIRECTIONAL;
	}
	return -EINVAL;
}

static void describe(const struct sg_table *sgt, struct importer_attach *arg)
{
	struct scatterlist *sg;
	unsigned int i;

	arg->segments = 0;
	arg->longest = 0;
	for_each_sgtable_dma_sg(sgt, sg, i) {
		arg->segments++;
		arg->longest = max(arg->longest, sg_dma_len(sg));
	}
}

/**
 * importer_attachment_create() - attach a device to a dma-buf, and map it
 * @dev: the device
 * @arg: the dma-buf and the direction; receives the rest
 *
 * Return: the attachment, or -EINVAL for an unknown direction, or the error of
 * dma_buf_get(), dma_buf_attach() and dma_buf_map_attachment().
 */
struct importer_attachment *
importer_attachment_create(struct device *dev, struct importer_attach *arg)
{
	int direction = to_direction(arg->direction);
	struct importer_attachment *attachment;
	int ret;

	if (direction < 0)
		return ERR_PTR(direction);

	attachment = exporter_kzalloc_obj(*attachment, GFP_KERNEL);
	if (!attachment)
		return ERR_PTR(-ENOMEM);
	attachment->direction = direction;

	attachment->dmabuf = dma_buf_get(arg->fd);
	if (IS_ERR(attachment->dmabuf)) {
		ret = PTR_ERR(attachment->dmabuf);
		goto free;
	}

	attachment->attach = dma_buf_attach(attachment->dmabuf, dev);
	if (IS_ERR(attachment->attach)) {
		ret = PTR_ERR(attachment->attach);
		goto put;
	}

	attachment->sgt = dma_buf_map_attachment_unlocked(attachment->attach,
							  direction);
	if (IS_ERR(attachment->sgt)) {
		ret = PTR_ERR(attachment->sgt);
		goto detach;
	}

	describe(attachment->sgt, arg);
	return attachment;

detach:
	dma_buf_detach(attachment->dmabuf, attachment->attach);
put:
	dma_buf_put(attachment->dmabuf);
free:
	kfree(attachment);
	return ERR_PTR(ret);
}

static void unmap(struct importer_attachment *attachment)
{
	if (attachment->sgt)
		dma_buf_unmap_attachment_unlocked(attachment->attach,
						  attachment->sgt,
						  attachment->direction);
	attachment->sgt = NULL;
}

/**
 * importer_attachment_map_again() - unmap, and map in the same direction
 * @attachment: stays attached; is not mapped after a failure
 *
 * Return: 0 or the error of dma_buf_map_attachment().
 */
int importer_attachment_map_again(struct importer_attachment *attachment)
{
	struct sg_table *sgt;

	unmap(attachment);
	sgt = dma_buf_map_attachment_unlocked(attachment->attach,
					      attachment->direction);
	if (IS_ERR(sgt))
		return PTR_ERR(sgt);

	attachment->sgt = sgt;
	return 0;
}

/**
 * importer_attachment_destroy() - unmap and detach
 * @attachment: as importer_attachment_create() returned it; gone after this
 */
void importer_attachment_destroy(struct importer_attachment *attachment)
{
	unmap(attachment);
	dma_buf_detach(attachment->dmabuf, attachment->attach);
	dma_buf_put(attachment->dmabuf);
	kfree(attachment);
}

static bool within(struct dma_buf *dmabuf, const struct importer_access *access)
{
	return access->offset <= dmabuf->size &&
	       access->length <= dmabuf->size - access->offset;
}

static int copy(void *memory, void __user *user, size_t length, bool write)
{
	if (write)
		return copy_from_user(memory, user, length) ? -EFAULT : 0;
	return copy_to_user(user, memory, length) ? -EFAULT : 0;
}

/* The memory behind a DMA address, as the kernel can reach it. */
static void *device_memory(struct device *dev, dma_addr_t addr)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	return phys_to_virt(domain ? iommu_iova_to_phys(domain, addr) :
				     dma_to_phys(dev, addr));
}

/**
 * importer_device_access() - read or write as the device
 * @attachment: where
 * @access: what
 * @write: the device writes
 *
 * Return: 0; -ENXIO if not mapped; -EINVAL beyond the end of the dma-buf;
 * -EFAULT.
 */
int importer_device_access(struct importer_attachment *attachment,
			   const struct importer_access *access, bool write)
{
	void __user *user = u64_to_user_ptr(access->address);
	u64 skip = access->offset, left = access->length;
	struct scatterlist *sg;
	unsigned int i;

	if (!attachment->sgt)
		return -ENXIO;
	if (!within(attachment->dmabuf, access))
		return -EINVAL;

	for_each_sgtable_dma_sg(attachment->sgt, sg, i) {
		/* Page by page: an IOMMU joins what is not contiguous. */
		for (u64 at = 0, n; at < sg_dma_len(sg) && left; at += n) {
			dma_addr_t addr = sg_dma_address(sg) + at;
			void *memory;
			int ret;

			n = min_t(u64, sg_dma_len(sg) - at,
				  PAGE_SIZE - offset_in_page(addr));
			if (skip >= n) {
				skip -= n;
				continue;
			}
			n = min(n - skip, left);
			memory = device_memory(attachment->attach->dev, addr);
			ret = copy(memory + skip, user, n, write);
			if (ret)
				return ret;
			user += n;
			left -= n;
			n += skip;
			skip = 0;
		}
	}
	return left ? -EIO : 0;
}

/**
 * importer_kernel_access() - read or write as a driver that has no device
 * @attachment: where
 * @access: what
 * @write: the driver writes
 *
 * Return: 0; -EINVAL beyond the end of the dma-buf; -EFAULT; -EIO if the two
 * mappings it makes are not one; the error of the dma-buf functions.
 */
int importer_kernel_access(struct importer_attachment *attachment,
			   const struct importer_access *access, bool write)
{
	enum dma_data_direction direction = write ? DMA_TO_DEVICE :
						    DMA_FROM_DEVICE;
	void __user *user = u64_to_user_ptr(access->address);
	struct dma_buf *dmabuf = attachment->dmabuf;
	struct iosys_map map, nested;
	int ret, end;

	if (!within(dmabuf, access))
		return -EINVAL;

	ret = exporter_dma_buf_vmap(dmabuf, &map);
	if (ret)
		return ret;
	ret = exporter_dma_buf_vmap(dmabuf, &nested);
	if (ret)
		goto unmap;
	if (!iosys_map_is_equal(&map, &nested))
		ret = -EIO;
	exporter_dma_buf_vunmap(dmabuf, &nested);
	if (ret)
		goto unmap;

	ret = dma_buf_begin_cpu_access(dmabuf, direction);
	if (ret)
		goto unmap;
	ret = copy(map.vaddr + access->offset, user, access->length, write);
	end = dma_buf_end_cpu_access(dmabuf, direction);
	ret = ret ?: end;

unmap:
	exporter_dma_buf_vunmap(dmabuf, &map);
	return ret;
}
