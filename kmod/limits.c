// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits for one buffer and for all together.
 *
 * Both can be changed at any time through /sys/module.  A new limit holds for
 * the next allocation; existing buffers stay.  Pages count once they are
 * allocated, chunk by chunk, and not when they are requested.
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

/* Requests of more pages than this are compared with the memory that there is. */
#define LOOK_FIRST	(SZ_16M / PAGE_SIZE)

/* Pages that are in buffers, or allocated for one that is being made. */
static atomic_long_t pages_in_use;

static pgoff_t limit_in_pages(unsigned int mib)
{
	return mib ? min_t(u64, (u64)mib * (SZ_1M / PAGE_SIZE), LONG_MAX) :
		     totalram_pages() / 2;
}

static int refuse_total(pgoff_t pages, pgoff_t max_total, long in_use)
{
	pr_notice_ratelimited("%lu KiB refused: all buffers together may have %lu KiB, and %lu KiB are in use (parameter max_total_mib)\n",
			      pages * (PAGE_SIZE / SZ_1K),
			      max_total * (PAGE_SIZE / SZ_1K),
			      in_use * (PAGE_SIZE / SZ_1K));
	return -ENOMEM;
}

/**
 * exporter_limits_check() - ask whether a buffer may be allocated
 * @pages: its size in pages
 *
 * This counts nothing: a buffer without pages does not make another allocation
 * fail.
 *
 * Return: 0; -EFBIG if no buffer may be so large; -ENOMEM if too many pages are
 * in use already, or the system has not so much memory to give.
 */
int exporter_limits_check(pgoff_t pages)
{
	pgoff_t max_buffer = limit_in_pages(READ_ONCE(max_buffer_mib));
	pgoff_t max_total = limit_in_pages(READ_ONCE(max_total_mib));
	long in_use = atomic_long_read(&pages_in_use);

	if (pages > max_buffer) {
		pr_notice_ratelimited("%lu KiB refused: one buffer may have %lu KiB (parameter max_buffer_mib)\n",
				      pages * (PAGE_SIZE / SZ_1K),
				      max_buffer * (PAGE_SIZE / SZ_1K));
		return -EFBIG;
	}
	if (in_use + pages > max_total)
		return refuse_total(pages, max_total, in_use);

	/*
	 * Refuse at once what cannot be satisfied: until it fails it would take
	 * memory that others need, and trigger the OOM killer there.
	 */
	if (pages > LOOK_FIRST && (long)pages > si_mem_available())
		return -ENOMEM;
	return 0;
}

/**
 * exporter_limits_add() - count pages that have been allocated
 * @pages: how many
 *
 * Return: 0, and then exporter_limits_sub() takes them out again; -ENOMEM if
 * they are too many.
 */
int exporter_limits_add(pgoff_t pages)
{
	pgoff_t max_total = limit_in_pages(READ_ONCE(max_total_mib));
	long in_use = atomic_long_add_return(pages, &pages_in_use);

	if (in_use > max_total) {
		exporter_limits_sub(pages);
		return refuse_total(pages, max_total, in_use - pages);
	}
	return 0;
}

/**
 * exporter_limits_sub() - pages have been freed
 * @pages: how many
 */
void exporter_limits_sub(pgoff_t pages)
{
	atomic_long_sub(pages, &pages_in_use);
}
