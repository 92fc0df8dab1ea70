// SPDX-License-Identifier: GPL-2.0-only
/*
 * dmabuf_importer - a device's view of a dma-buf, for tests
 *
 * It lets a process that may open the node read and write every dma-buf that it
 * has, and nothing else.  It is for machines that only run tests, and is not
 * installed.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../compat.h"
#include "attachment.h"
#include "importer.h"

static ulong segment_boundary;
module_param(segment_boundary, ulong, 0644);
MODULE_PARM_DESC(segment_boundary,
		 "Mask of an address that no segment may cross (0, the default: none)");

static struct platform_device *device;

/**
 * struct importer - one open file of the node
 * @lock: protects @attachment
 * @attachment: what it is attached to, or NULL
 */
struct importer {
	struct mutex lock;	/* protects what follows */
	struct importer_attachment *attachment;
};

static int importer_open(struct inode *inode, struct file *file)
{
	struct importer *importer = exporter_kzalloc_obj(*importer, GFP_KERNEL);

	if (!importer)
		return -ENOMEM;

	mutex_init(&importer->lock);
	file->private_data = importer;
	return nonseekable_open(inode, file);
}

static int importer_close(struct inode *inode, struct file *file)
{
	struct importer *importer = file->private_data;

	if (importer->attachment)
		importer_attachment_destroy(importer->attachment);
	mutex_destroy(&importer->lock);
	kfree(importer);
	return 0;
}

static int ioctl_attach(struct importer *importer,
			struct importer_attach __user *uarg)
{
	struct importer_attachment *attachment;
	struct importer_attach arg;

	if (importer->attachment)
		return -EBUSY;
	if (copy_from_user(&arg, uarg, sizeof(arg)))
		return -EFAULT;

	dma_set_seg_boundary(&device->dev,
			     READ_ONCE(segment_boundary) ?: ULONG_MAX);
	attachment = importer_attachment_create(&device->dev, &arg);
	if (IS_ERR(attachment))
		return PTR_ERR(attachment);

	if (copy_to_user(uarg, &arg, sizeof(arg))) {
		importer_attachment_destroy(attachment);
		return -EFAULT;
	}
	importer->attachment = attachment;
	return 0;
}

static int ioctl_detach(struct importer *importer)
{
	if (!importer->attachment)
		return -ENXIO;

	importer_attachment_destroy(importer->attachment);
	importer->attachment = NULL;
	return 0;
}

static int ioctl_access(struct importer *importer, unsigned int cmd,
			struct importer_access __user *uarg)
{
	bool write = cmd == IMPORTER_DEVICE_WRITE ||
		     cmd == IMPORTER_KERNEL_WRITE;
	struct importer_access access;

	if (!importer->attachment)
		return -ENXIO;
	if (copy_from_user(&access, uarg, sizeof(access)))
		return -EFAULT;

	if (cmd == IMPORTER_DEVICE_READ || cmd == IMPORTER_DEVICE_WRITE)
		return importer_device_access(importer->attachment, &access,
					      write);
	return importer_kernel_access(importer->attachment, &access, write);
}

static long importer_ioctl(struct file *file, unsigned int cmd,
			   unsigned long arg)
{
	struct importer *importer = file->private_data;
	void __user *uarg = (void __user *)arg;
	int ret = -ENOTTY;

	mutex_lock(&importer->lock);
	switch (cmd) {
	case IMPORTER_ATTACH:
		ret = ioctl_attach(importer, uarg);
		break;
	case IMPORTER_DETACH:
		ret = ioctl_detach(importer);
		break;
	case IMPORTER_MAP_AGAIN:
		if (importer->attachment)
			ret = importer_attachment_map_again(importer->attachment);
		else
			ret = -ENXIO;
		break;
	case IMPORTER_DEVICE_READ:
	case IMPORTER_DEVICE_WRITE:
	case IMPORTER_KERNEL_READ:
	case IMPORTER_KERNEL_WRITE:
		ret = ioctl_access(importer, cmd, uarg);
		break;
	}
	mutex_unlock(&importer->lock);
	return ret;
}

/*
 * As a driver does that maps what it has imported.  An ioctl copies from user
 * space with the lock held, so here it can only be tried.
 */
static int importer_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct importer *importer = file->private_data;
	int ret = -ENXIO;

	if (!mutex_trylock(&importer->lock))
		return -EAGAIN;
	if (importer->attachment)
		ret = dma_buf_mmap(importer->attachment->dmabuf, vma,
				   vma->vm_pgoff);
	mutex_unlock(&importer->lock);
	return ret;
}

static const struct file_operations importer_fops = {
	.owner = THIS_MODULE,
	.open = importer_open,
	.release = importer_close,
	.unlocked_ioctl = importer_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = importer_mmap,
};

static struct miscdevice importer_node = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "importer",
	.fops = &importer_fops,
	.mode = 0600,
};

static int __init importer_init(void)
{
	int ret;

	device = platform_device_register_simple(KBUILD_MODNAME,
						 PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);

	ret = dma_coerce_mask_and_coherent(&device->dev, DMA_BIT_MASK(64));
	if (ret)
		goto unregister;
	dma_set_max_seg_size(&device->dev, UINT_MAX);

	ret = misc_register(&importer_node);
	if (ret)
		goto unregister;
	return 0;

unregister:
	platform_device_unregister(device);
	return ret;
}

static void __exit importer_exit(void)
{
	misc_deregister(&importer_node);
	platform_device_unregister(device);
}

module_init(importer_init);
module_exit(importer_exit);

MODULE_AUTHOR("The Parallax authors");
MODULE_DESCRIPTION("A device's view of a dma-buf, for tests");
MODULE_LICENSE("GPL");
EXPORTER_IMPORT_NS(DMA_BUF);
