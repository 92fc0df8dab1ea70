// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits for one buffer and for all together.
 *
 * Both can be changed at any time through /sys/module.  A new limit holds for
 * the next allocation; buffers that exist stay.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/sizes.h>

#include "limits.h"

static unsigned int max_buffer_mib;
module_param(max_buffer_mib, uint, 0644);
MODULE_PARM_DESC(max_buffer_mib,
		 "Largest buffer in MiB (0, the default: half of the memory)");

static unsigned int max_total_mib;
module_param(max_total_mib, uint, 0644);
MODULE_PARM_DESC(max_total_mib,
		 "Largest sum of all buffers in MiB (0, the default: half of the memory)");

static atomic_long_t pages_reserved;

static pgoff_t limit_in_pages(unsigned int mib)
{
	return mib ? (pgoff_t)mib * (SZ_1M / PAGE_SIZE) : totalram_pages() / 2;
}

/**
 * exporter_limits_reserve() - ask whether a buffer may be allocated
 * @pages: its size in pages
 *
 * Return: 0, and then exporter_limits_release() gives the share back; -EFBIG
 * if no buffer may be so large; -ENOMEM if too much is handed out already.
 */
int exporter_limits_reserve(pgoff_t pages)
{
	pgoff_t max_buffer = limit_in_pages(READ_ONCE(max_buffer_mib));
	pgoff_t max_total = limit_in_pages(READ_ONCE(max_total_mib));
	long total;

	if (pages > max_buffer) {
		pr_notice_ratelimited("%lu KiB refused: one buffer may have %lu KiB (parameter max_buffer_mib)\n",
				      pages * (PAGE_SIZE / SZ_1K),
				      max_buffer * (PAGE_SIZE / SZ_1K));
		return -EFBIG;
	}

	total = atomic_long_add_return(pages, &pages_reserved);
	if (total > max_total) {
		exporter_limits_release(pages);
		pr_notice_ratelimited("%lu KiB refused: all buffers together may have %lu KiB, and %lu KiB are in use (parameter max_total_mib)\n",
				      pages * (PAGE_SIZE / SZ_1K),
				      max_total * (PAGE_SIZE / SZ_1K),
				      (total - pages) * (PAGE_SIZE / SZ_1K));
		return -ENOMEM;
	}
	return 0;
}

/**
 * exporter_limits_release() - give back what exporter_limits_reserve() took
 * @pages: the same number
 */
void exporter_limits_release(pgoff_t pages)
{
	atomic_long_sub(pages, &pages_reserved);
}
