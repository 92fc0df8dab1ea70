// SPDX-License-Identifier: GPL-2.0-only
/*
 * dmabuf_exporter - /dev/exporter allocates dma-bufs
 *
 * The contract with user space is in include/uapi/linux/dmabuf_exporter.h.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/huge_mm.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include <uapi/linux/dma-heap.h>
#include <linux/dmabuf_exporter.h>

#include "buffer.h"
#include "client.h"
#include "compat.h"
#include "headroom.h"
#include "hello.h"
#include "pool.h"
#include "stats.h"

static int exporter_open(struct inode *inode, struct file *file)
{
	struct exporter_client *client = exporter_client_create();

	if (!client)
		return -ENOMEM;

	file->private_data = client;
	return nonseekable_open(inode, file);
}

static int exporter_close(struct inode *inode, struct file *file)
{
	exporter_client_close(file->private_data);
	return 0;
}

/*
 * Gives @dmabuf an fd, which owns the caller's reference then, and tells user
 * space its number.  The fd must not exist before the number has arrived: nobody
 * would close it.
 */
static int publish(struct dma_buf *dmabuf, unsigned int fd_flags,
		   u32 __user *number)
{
	struct exporter_room room;
	int fd;

	fd = exporter_headroom_for_fd(&room);
	if (fd)
		return fd;

	fd = get_unused_fd_flags(fd_flags);
	exporter_headroom_end(&room);
	if (fd < 0)
		return fd;

	if (put_user(fd, number)) {
		put_unused_fd(fd);
		return -EFAULT;
	}

	exporter_fd_install(dmabuf, fd);
	return 0;
}

static int ioctl_hello(struct exporter_client *client, u32 __user *arg)
{
	struct dma_buf *dmabuf = exporter_hello(client);
	int ret;

	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);

	ret = publish(dmabuf, O_CLOEXEC, arg);
	if (ret)
		dma_buf_put(dmabuf);
	return ret;
}

static int ioctl_alloc(struct exporter_client *client, size_t size,
		       struct dma_heap_allocation_data __user *arg)
{
	struct dma_heap_allocation_data data = {};
	struct exporter_buffer *buffer;
	struct dma_buf *dmabuf;
	int ret;

	/* The usual size is copied faster if the compiler knows it. */
	if (size >= sizeof(data) ? copy_from_user(&data, arg, sizeof(data)) :
				   copy_from_user(&data, arg, size))
		return -EFAULT;

	if (data.fd)
		return -EINVAL;
	if (data.fd_flags & ~DMA_HEAP_VALID_FD_FLAGS)
		return -EINVAL;
	if (data.heap_flags & ~DMA_HEAP_VALID_HEAP_FLAGS)
		return -EINVAL;

	buffer = exporter_buffer_create(client, data.len, data.fd_flags);
	if (IS_ERR(buffer))
		return PTR_ERR(buffer);

	dmabuf = exporter_buffer_export(buffer);
	if (IS_ERR(dmabuf)) {
		ret = PTR_ERR(dmabuf);
		goto put_buffer;
	}

	ret = publish(dmabuf, data.fd_flags, &arg->fd);
	if (ret)
		dma_buf_put(dmabuf);
	else
		exporter_client_remember(client, buffer);
put_buffer:
	exporter_buffer_put(buffer);
	return ret;
}

/* DMA_HEAP_IOCTL_ALLOC with a structure of any size that can take the fd. */
static bool is_alloc(unsigned int cmd)
{
	return _IOC_TYPE(cmd) == _IOC_TYPE(DMA_HEAP_IOCTL_ALLOC) &&
	       _IOC_NR(cmd) == _IOC_NR(DMA_HEAP_IOCTL_ALLOC) &&
	       _IOC_DIR(cmd) == _IOC_DIR(DMA_HEAP_IOCTL_ALLOC) &&
	       _IOC_SIZE(cmd) >= offsetofend(struct dma_heap_allocation_data,
					     fd);
}

static long exporter_ioctl(struct file *file, unsigned int cmd,
			   unsigned long arg)
{
	struct exporter_client *client = file->private_data;
	void __user *uarg = (void __user *)arg;

	if (cmd == EXPORTER_IOCTL_HELLO)
		return ioctl_hello(client, uarg);
	if (is_alloc(cmd))
		return ioctl_alloc(client, _IOC_SIZE(cmd), uarg);
	return -ENOTTY;
}

/*
 * The dma-buf that a mapping of the node shows.  That of the last allocation may
 * be under release already, so the mapping gets its own.
 */
static struct dma_buf *node_dmabuf(struct exporter_client *client)
{
	struct exporter_buffer *buffer = exporter_client_last(client);
	struct dma_buf *dmabuf;

	if (!buffer)
		return exporter_hello(client);
	if (IS_ERR(buffer))
		return ERR_CAST(buffer);

	dmabuf = exporter_buffer_export(buffer);
	exporter_buffer_put(buffer);
	return dmabuf;
}

/* Turns the mapping of the node into one of a dma-buf, which it then owns. */
static int exporter_node_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct dma_buf *dmabuf = node_dmabuf(file->private_data);
	int ret;

	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);

	ret = exporter_mmap_node(dmabuf, vma);
	dma_buf_put(dmabuf);
	return ret;
}

static const struct file_operations exporter_fops = {
	.owner = THIS_MODULE,
	.open = exporter_open,
	.release = exporter_close,
	.unlocked_ioctl = exporter_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = exporter_node_mmap,
	/* Large entries need an address that is as aligned as the offset. */
	.get_unmapped_area = thp_get_unmapped_area,
};

static struct miscdevice exporter_node = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "exporter",
	.fops = &exporter_fops,
	.mode = 0600,
};

static int __init exporter_init(void)
{
	int ret;

	exporter_headroom_create();
	ret = exporter_pool_create();
	if (ret)
		return ret;

	ret = misc_register(&exporter_node);
	if (ret)
		goto destroy_pool;

	exporter_stats_create();
	return 0;

destroy_pool:
	exporter_pool_destroy();
	return ret;
}

static void __exit exporter_exit(void)
{
	exporter_stats_remove();
	misc_deregister(&exporter_node);
	exporter_pool_destroy();
}

module_init(exporter_init);
module_exit(exporter_exit);

MODULE_AUTHOR("The Parallax authors");
MODULE_DESCRIPTION("dma-buf exporter with the ABI of a dma-heap");
MODULE_VERSION("0.1.0");
MODULE_LICENSE("GPL");
EXPORTER_IMPORT_NS(DMA_BUF);
