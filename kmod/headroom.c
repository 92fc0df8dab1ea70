// SPDX-License-Identifier: GPL-2.0-only
/*
 * Room that an allocation leaves in the memory cgroup of the caller.
 *
 * A charge to a full memory cgroup ends in the OOM killer, unless the allocation
 * has __GFP_RETRY_MAYFAIL.  The module's own allocations have it.  Those of the
 * kernel inside dma_buf_export() and get_unused_fd_flags() do not, nor has the
 * page fault that a refused program takes next.  So a buffer is refused before
 * it takes the last pages.
 */
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/fdtable.h>
#include <linux/limits.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/page_counter.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "chunk.h"
#include "headroom.h"

/* Pages that one CPU may precharge to a cgroup, see MEMCG_CHARGE_BATCH. */
#define HEADROOM	(64 * PAGE_SIZE)

/* Bytes that the caller's memory cgroup and those above it have left. */
static u64 margin(void)
{
	u64 pages = U64_MAX >> PAGE_SHIFT;
#ifdef CONFIG_MEMCG
	struct mem_cgroup *memcg, *parent;

	if (mem_cgroup_disabled())
		return pages << PAGE_SHIFT;

	/* The root, which has no parent, has no limit either. */
	rcu_read_lock();
	for (memcg = mem_cgroup_from_task(current);
	     memcg && (parent = parent_mem_cgroup(memcg)); memcg = parent) {
		u64 max = READ_ONCE(memcg->memory.max);
		u64 used = page_counter_read(&memcg->memory);

		pages = min(pages, used < max ? max - used : 0);
	}
	rcu_read_unlock();
#endif
	return pages << PAGE_SHIFT;
}

/*
 * Has the cgroup make room by reclaim, as for any allocation: memory is taken,
 * and given back for the kernel to take.  It is one piece, so that it is charged
 * at once or not at all: to fill the cgroup page by page would leave none for
 * others meanwhile.
 */
static int make_room(size_t size)
{
	void *memory = kmalloc(min_t(size_t, size, KMALLOC_MAX_SIZE),
			       EXPORTER_GFP_SMALL);

	kfree(memory);
	return memory ? 0 : -ENOMEM;
}

/**
 * exporter_headroom() - make sure that the caller's cgroup has some room left
 *
 * Return: 0 or -ENOMEM.
 */
int exporter_headroom(void)
{
	return margin() >= HEADROOM ? 0 : make_room(HEADROOM);
}

/**
 * exporter_headroom_order() - how large a chunk leaves room in the cgroup
 * @order: the largest that is wanted
 *
 * Every CPU may be about to take one.
 *
 * Return: an order of at most @order, or -ENOMEM.
 */
int exporter_headroom_order(unsigned int order)
{
	u64 left = margin();

	for (;; order--) {
		u64 size = ((u64)PAGE_SIZE << order) * num_online_cpus();

		if (HEADROOM + size <= left)
			return order;
		if (!order)
			return make_room(HEADROOM);
	}
}

/* The size of the caller's table of fds if all are in use; else 0. */
static size_t full_fd_table(void)
{
	struct fdtable *table;
	unsigned int max;
	bool full;

	rcu_read_lock();
	table = files_fdtable(current->files);
	max = table->max_fds;
	full = find_next_zero_bit(table->open_fds, max,
				  READ_ONCE(current->files->next_fd)) >= max;
	rcu_read_unlock();
	return full ? max : 0;
}

/**
 * exporter_headroom_for_fd() - the same, for the next fd of the caller
 *
 * The table of fds doubles when it is full, and may be large.
 *
 * Return: 0 or -ENOMEM.
 */
int exporter_headroom_for_fd(void)
{
	/* Twice as many, with a pointer and three bits each. */
	size_t size = full_fd_table() * 2 * (sizeof(void *) + 1);

	return margin() >= size + HEADROOM ? 0 : make_room(size + HEADROOM);
}
