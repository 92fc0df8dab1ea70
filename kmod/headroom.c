// SPDX-License-Identifier: GPL-2.0-only
/*
 * Room that an allocation leaves in the memory cgroup of the caller.
 *
 * A charge to a full memory cgroup ends in the OOM killer, unless the allocation
 * has __GFP_RETRY_MAYFAIL.  The module's own allocations have it.  Those of the
 * kernel inside dma_buf_export() and get_unused_fd_flags() do not, nor has the
 * page fault that a refused program takes next.  So a buffer is refused before
 * it takes the last pages.
 *
 * Between the look at the room and the charge there is time: a chunk is zeroed
 * first, and the task may be preempted.  So every task says how much it is about
 * to take, and counts what the others have said.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/fdtable.h>
#include <linux/hash.h>
#include <linux/math.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/page_counter.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "chunk.h"
#include "headroom.h"

/* Pages that one CPU may precharge to a cgroup, see MEMCG_CHARGE_BATCH. */
#define HEADROOM_PAGES	64

/* The file of a dma-buf, its inode and its directory entry. */
#define OBJECT_PAGES	4

/* Pages of all struct exporter_room. */
static atomic_long_t pages_claimed;

/**
 * struct turn - reclaim for one cgroup, by one task at a time
 * @lock: protects what follows
 * @count: how many tasks had their turn
 * @cgroup: that of the last one; for comparison only
 * @refused: what the last one could not get, in pages; or ULONG_MAX
 */
struct turn {
	struct mutex lock;	/* protects what follows */
	unsigned int count;
	const void *cgroup;
	unsigned long refused;
};

/* By the address of the cgroup. */
#define TURN_BITS	4
static struct turn turns[1 << TURN_BITS];

/* Room in the caller's memory cgroup and those above it. */
struct margin {
	unsigned long pages;
	const void *cgroup; /* the one that has the least */
};

static struct margin margin(void)
{
	struct margin least = { .pages = ULONG_MAX };
#ifdef CONFIG_MEMCG
	struct mem_cgroup *memcg, *parent;

	if (mem_cgroup_disabled())
		return least;

	/* The root, which has no parent, has no limit either. */
	rcu_read_lock();
	for (memcg = mem_cgroup_from_task(current);
	     memcg && (parent = parent_mem_cgroup(memcg)); memcg = parent) {
		unsigned long max = READ_ONCE(memcg->memory.max);
		unsigned long used = page_counter_read(&memcg->memory);
		unsigned long pages = used < max ? max - used : 0;

		if (pages < least.pages) {
			least.pages = pages;
			least.cgroup = memcg;
		}
	}
	rcu_read_unlock();
#endif
	return least;
}

/* A limit beyond all memory is never reached, and needs no claims. */
static bool is_unlimited(struct exporter_room *room)
{
	room->pages = 0;
	return margin().pages >= totalram_pages();
}

/*
 * Claims @pages, and says whether they leave the headroom.  Whoever has been
 * charged meanwhile gave the claim back after that: so claims are read first.
 */
static bool claim(struct exporter_room *room, unsigned long pages)
{
	unsigned long claimed;

	if (is_unlimited(room))
		return true;

	room->pages = pages;
	claimed = atomic_long_add_return(pages, &pages_claimed);
	return HEADROOM_PAGES + claimed <= margin().pages;
}

/*
 * Has the cgroup make room by reclaim, as for any allocation: memory is taken,
 * and given back for the kernel to take.  It is one piece, so that it is charged
 * at once or not at all: to fill the cgroup page by page would leave none for
 * others meanwhile.  It is gone at once, unless the task is preempted while it
 * has it: so others do not compete for the CPU with the same in mind, but wait.
 * Then they need not try again what has just failed.
 */
static int make_room(unsigned long pages)
{
	size_t size = min_t(size_t, pages << PAGE_SHIFT, KMALLOC_MAX_SIZE);
	const void *cgroup = margin().cgroup;
	struct turn *turn = &turns[hash_ptr(cgroup, TURN_BITS)];
	unsigned int before = READ_ONCE(turn->count);
	bool refused;

	if (mutex_lock_killable(&turn->lock))
		return -EINTR;

	refused = turn->count != before && turn->cgroup == cgroup &&
		  turn->refused <= pages;
	if (!refused) {
		void *memory = kmalloc(size, EXPORTER_GFP_SMALL);

		kfree(memory);
		refused = !memory;
		turn->cgroup = cgroup;
		turn->refused = refused ? pages : ULONG_MAX;
		WRITE_ONCE(turn->count, turn->count + 1);
	}
	mutex_unlock(&turn->lock);
	return refused ? -ENOMEM : 0;
}

/*
 * Claims @pages, or has @piece made free.  What is free then is free for others as
 * well, so there has to be enough for all that they claim.
 */
static int find_room(struct exporter_room *room, unsigned long pages,
		     unsigned long piece)
{
	int ret;

	if (claim(room, pages))
		return 0;

	ret = make_room(piece + atomic_long_read(&pages_claimed) - room->pages);
	if (ret)
		exporter_headroom_end(room);
	return ret;
}

/**
 * exporter_headroom_create() - before anything else here is called
 */
void exporter_headroom_create(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(turns); i++)
		mutex_init(&turns[i].lock);
}

/**
 * exporter_headroom_end() - what was about to be charged has been
 * @room: no more is claimed
 */
void exporter_headroom_end(struct exporter_room *room)
{
	if (room->pages)
		atomic_long_sub(room->pages, &pages_claimed);
	room->pages = 0;
}

/**
 * exporter_headroom_order() - how large a chunk leaves room in the cgroup
 * @room: to be given to exporter_headroom_end() once there is the chunk, or none
 * @order: the largest that is wanted
 *
 * Return: an order of at most @order; or -ENOMEM, or -EINTR if the caller was
 * killed, and then @room has ended.
 */
int exporter_headroom_order(struct exporter_room *room, unsigned int order)
{
	for (; order; order--) {
		if (claim(room, 1UL << order))
			return order;
		exporter_headroom_end(room);
	}
	return find_room(room, 1, HEADROOM_PAGES);
}

/**
 * exporter_headroom_for_dmabuf() - room for a dma-buf around the pages
 * @room: to be given to exporter_headroom_end() once there is the dma-buf
 *
 * Return: 0; or -ENOMEM, or -EINTR if the caller was killed, and then @room has
 * ended.
 */
int exporter_headroom_for_dmabuf(struct exporter_room *room)
{
	return find_room(room, OBJECT_PAGES, HEADROOM_PAGES);
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
 * @room: to be given to exporter_headroom_end() once there is the fd
 *
 * The table of fds doubles when it is full, and may be large.
 *
 * Return: 0; or -ENOMEM, or -EINTR if the caller was killed, and then @room has
 * ended.
 */
int exporter_headroom_for_fd(struct exporter_room *room)
{
	unsigned long pages;
	size_t size;

	if (is_unlimited(room))
		return 0;

	/* Twice as many, with a pointer and three bits each. */
	size = full_fd_table() * 2 * (sizeof(void *) + 1);
	pages = DIV_ROUND_UP(size, PAGE_SIZE);
	return find_room(room, pages, pages + HEADROOM_PAGES);
}
