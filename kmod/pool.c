// SPDX-License-Identifier: GPL-2.0-only
/*
 * Zeroed chunks, made ready in the background.
 *
 * Most of the time that an allocation takes goes into zeroing.  A client that
 * allocates again and again, one buffer for each frame for instance, can have
 * that done ahead: what it takes from the pool, a worker puts back.
 *
 * A chunk is charged to a memory cgroup when its pages are allocated, and
 * cannot change sides later.  So the worker allocates on behalf of the cgroup
 * that asked last, and a chunk is given to that cgroup alone.  Likewise for the
 * NUMA node.  A task with a memory policy, or a cpuset without its own node, is
 * not served.
 *
 * A small chunk is not worth that, and takes the way that it has without a pool.
 *
 * The pool is bounded by a parameter, and off when that is 0, the default.
 * The system takes the memory back when it is short of it, and an idle pool
 * gives up all that it has.
 */
#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/shrinker.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "chunk.h"
#include "compat.h"
#include "payer.h"
#include "pool.h"
#include "stats.h"

/* Smaller chunks are zeroed faster than the pool is asked and filled again. */
#define POOL_LEAST	get_order(SZ_256K)

/*
 * After an allocation the worker waits, so that it does not compete with it for
 * the processor, and serves all that follow meanwhile at once.
 */
#define POOL_DELAY	1

/* After this time without an allocation, none is expected soon. */
#define POOL_IDLE	(4 * HZ)

/* The most chunks of other cgroups that a search skips. */
#define POOL_SEARCH	16

/* The most chunks that are taken out without a break, for others wait. */
#define POOL_BATCH	64

static unsigned int pool_mib;

static struct {
	spinlock_t lock;	/* protects what follows, up to the work */
	struct list_head chunks[EXPORTER_ORDERS];
	unsigned int demand[EXPORTER_ORDERS];
	unsigned long pages;
	unsigned long used; /* jiffies of the last allocation */
	struct exporter_payer payer;

	struct workqueue_struct *workers;
	struct delayed_work refill;
	struct delayed_work idle;
	struct shrinker *shrinker;
} pool;

static unsigned long max_pages(void)
{
	return (unsigned long)READ_ONCE(pool_mib) * (SZ_1M / PAGE_SIZE);
}

/* Takes the reference out of the pool.  Caller holds pool.lock. */
static struct exporter_payer payer_take_out(void)
{
	struct exporter_payer payer = pool.payer;

	pool.payer.memcg = NULL;
	memset(pool.demand, 0, sizeof(pool.demand));
	return payer;
}

/* Caller holds pool.lock. */
static void put_in(struct page *page, unsigned int order)
{
	list_add_tail(&page->lru, &pool.chunks[order]);
	pool.pages += 1UL << order;
	exporter_count(EXPORTER_POOL_BYTES, PAGE_SIZE << order);
}

/* Caller holds pool.lock. */
static void take_out(struct page *page, unsigned int order)
{
	list_del(&page->lru);
	pool.pages -= 1UL << order;
	exporter_count(EXPORTER_POOL_BYTES, -(long)(PAGE_SIZE << order));
}

static void free_list(struct list_head *list)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, list, lru) {
		list_del(&page->lru);
		__free_pages(page, compound_order(page));
		cond_resched();
	}
}

/* Takes out at most POOL_BATCH of the largest chunks that are above @pages. */
static unsigned long take_out_some(unsigned long pages, struct list_head *list)
{
	unsigned int order = EXPORTER_ORDERS - 1, count = 0;
	unsigned long taken = 0;

	spin_lock(&pool.lock);
	while (pool.pages > pages && count < POOL_BATCH) {
		struct page *page;

		page = list_first_entry_or_null(&pool.chunks[order],
						struct page, lru);
		if (!page) {
			order--;
			continue;
		}
		take_out(page, order);
		list_add(&page->lru, list);
		taken += 1UL << order;
		count++;
	}
	spin_unlock(&pool.lock);
	return taken;
}

/* Gives chunks back to the system until the pool has at most @pages pages. */
static unsigned long shrink_to(unsigned long pages)
{
	unsigned long taken, freed = 0;
	LIST_HEAD(list);

	while ((taken = take_out_some(pages, &list))) {
		free_list(&list);
		freed += taken;
	}
	return freed;
}

/*
 * Makes room for a chunk by giving up those that are not in demand: of an
 * order that is not taken any more, or of another cgroup or node.  After
 * POOL_BATCH of them there may be more.  Caller holds pool.lock.
 */
static bool make_room(unsigned int order, struct list_head *freed)
{
	unsigned long max = max_pages(), size = 1UL << order;
	unsigned int i, count = 0;

	for (i = 0; i < EXPORTER_ORDERS; i++) {
		struct page *page, *next;

		list_for_each_entry_safe(page, next, &pool.chunks[i], lru) {
			if (pool.pages + size <= max)
				return true;
			if (count++ == POOL_BATCH)
				return false;
			if ((i == order || pool.demand[i]) &&
			    exporter_payer_has_paid(&pool.payer, page))
				break;
			take_out(page, i);
			list_add(&page->lru, freed);
		}
	}
	return pool.pages + size <= max;
}

/*
 * The largest order in demand for which there is room, or -1 for none.  A chunk
 * above the bound is in demand as its halves: where there is none to be had, a
 * buffer is made of these.
 */
static int claim_order(struct exporter_payer *payer)
{
	LIST_HEAD(freed);
	int order;

again:
	spin_lock(&pool.lock);
	for (order = EXPORTER_ORDERS - 1; order >= 0; order--) {
		if (!pool.demand[order])
			continue;
		if (order && 1UL << order > max_pages()) {
			pool.demand[order - 1] += 2 * pool.demand[order];
			pool.demand[order] = 0;
			continue;
		}
		pool.demand[order]--;
		if (make_room(order, &freed))
			break;
		if (!list_empty(&freed)) {
			pool.demand[order]++;
			spin_unlock(&pool.lock);
			free_list(&freed);
			goto again;
		}
		pool.demand[order] = 0;
	}
	*payer = exporter_payer_get(&pool.payer);
	spin_unlock(&pool.lock);

	free_list(&freed);
	return order;
}

static void refill(struct work_struct *work)
{
	struct exporter_payer payer;
	int order;

	while ((order = claim_order(&payer)) >= 0) {
		struct page *page = exporter_payer_alloc(&payer, order);

		exporter_payer_put(&payer);

		spin_lock(&pool.lock);
		if (page)
			put_in(page, order);
		else	/* where there is none, there is no more */
			pool.demand[order] = 0;
		spin_unlock(&pool.lock);
		cond_resched();
	}
	exporter_payer_put(&payer);

	/* Meanwhile the bound may have been lowered, and the time run out. */
	shrink_to(max_pages());
	WRITE_ONCE(pool.used, jiffies);
	queue_delayed_work(pool.workers, &pool.idle, POOL_IDLE);
}

/* If no allocation is expected soon: drop the reference on the cgroup. */
static void idle(struct work_struct *work)
{
	unsigned long end = READ_ONCE(pool.used) + POOL_IDLE, now = jiffies;
	struct exporter_payer payer;

	if (time_before(now, end)) {
		queue_delayed_work(pool.workers, &pool.idle, end - now);
		return;
	}

	spin_lock(&pool.lock);
	payer = payer_take_out();
	spin_unlock(&pool.lock);

	exporter_payer_put(&payer);
	shrink_to(0);
}

/**
 * exporter_demand_init() - before an allocation takes chunks
 * @demand: to be filled in, and given to exporter_demand_fini() in the end
 * @pages: how many it needs in all
 */
void exporter_demand_init(struct exporter_demand *demand, pgoff_t pages)
{
	*demand = (struct exporter_demand){};
	if (!max_pages() || pages < 1UL << POOL_LEAST)
		return;

	demand->payer = exporter_payer_of_current();
	demand->served = exporter_payer_suits_current(&demand->payer);
}

/**
 * exporter_demand_fini() - after an allocation
 * @demand: as exporter_demand_init() made it
 */
void exporter_demand_fini(struct exporter_demand *demand)
{
	exporter_payer_put(&demand->payer);
}

/**
 * exporter_pool_take() - get a chunk that is ready
 * @demand: what the caller takes, all in all; this chunk is added to it,
 *          whether there is one or not
 * @order: base 2 logarithm of the number of pages
 *
 * Return: zeroed pages that @demand->payer has paid for, or NULL.
 */
struct page *exporter_pool_take(struct exporter_demand *demand,
				unsigned int order)
{
	unsigned int search = POOL_SEARCH;
	struct page *page, *found = NULL;

	if (!demand->served || order < POOL_LEAST)
		return NULL;

	demand->chunks[order]++;
	spin_lock(&pool.lock);
	list_for_each_entry(page, &pool.chunks[order], lru) {
		if (exporter_payer_has_paid(&demand->payer, page)) {
			take_out(page, order);
			found = page;
			break;
		}
		if (!--search)
			break;
	}
	spin_unlock(&pool.lock);

	exporter_count(found ? EXPORTER_POOL_HITS : EXPORTER_POOL_MISSES, 1);
	return found;
}

/**
 * exporter_pool_refill() - have as much ready for the next time
 * @demand: what was taken, or missing
 */
void exporter_pool_refill(const struct exporter_demand *demand)
{
	struct exporter_payer payer, old;
	unsigned int order;

	if (!demand->served)
		return;

	payer = exporter_payer_get(&demand->payer);
	spin_lock(&pool.lock);
	old = pool.payer;
	pool.payer = payer;
	for (order = 0; order < EXPORTER_ORDERS; order++)
		pool.demand[order] += demand->chunks[order];
	spin_unlock(&pool.lock);
	exporter_payer_put(&old);

	WRITE_ONCE(pool.used, jiffies);
	queue_delayed_work(pool.workers, &pool.refill, POOL_DELAY);
}

static unsigned long count_objects(struct shrinker *shrinker,
				   struct shrink_control *control)
{
	return READ_ONCE(pool.pages) ?: SHRINK_EMPTY;
}

static unsigned long scan_objects(struct shrinker *shrinker,
				  struct shrink_control *control)
{
	unsigned long pages = READ_ONCE(pool.pages);
	unsigned long freed;

	freed = shrink_to(pages - min(pages, control->nr_to_scan));
	return freed ?: SHRINK_STOP;
}

static int set_pool_mib(const char *value, const struct kernel_param *param)
{
	int ret = param_set_uint(value, param);

	/* Before the module is initialized there is nothing to give up. */
	if (ret || !pool.shrinker)
		return ret;

	if (!max_pages()) {
		struct exporter_payer payer;

		spin_lock(&pool.lock);
		payer = payer_take_out();
		spin_unlock(&pool.lock);
		exporter_payer_put(&payer);
	}
	shrink_to(max_pages());
	return 0;
}

static const struct kernel_param_ops pool_mib_ops = {
	.set = set_pool_mib,
	.get = param_get_uint,
};
module_param_cb(pool_mib, &pool_mib_ops, &pool_mib, 0644);
MODULE_PARM_DESC(pool_mib,
		 "Zeroed memory to keep ready in MiB (0, the default: none)");

/**
 * exporter_pool_create() - make the pool, empty
 *
 * Return: 0 or -ENOMEM.
 */
int exporter_pool_create(void)
{
	unsigned int order;

	spin_lock_init(&pool.lock);
	for (order = 0; order < EXPORTER_ORDERS; order++)
		INIT_LIST_HEAD(&pool.chunks[order]);
	INIT_DELAYED_WORK(&pool.refill, refill);
	INIT_DELAYED_WORK(&pool.idle, idle);

	pool.workers = alloc_workqueue(KBUILD_MODNAME, WQ_UNBOUND, 1);
	if (!pool.workers)
		return -ENOMEM;

	pool.shrinker = exporter_shrinker_alloc(0, KBUILD_MODNAME);
	if (!pool.shrinker) {
		destroy_workqueue(pool.workers);
		return -ENOMEM;
	}

	pool.shrinker->count_objects = count_objects;
	pool.shrinker->scan_objects = scan_objects;
	exporter_shrinker_register(pool.shrinker);
	return 0;
}

/**
 * exporter_pool_destroy() - give all back
 *
 * The caller makes sure that nothing is taken or refilled any more.
 */
void exporter_pool_destroy(void)
{
	cancel_delayed_work_sync(&pool.refill);
	cancel_delayed_work_sync(&pool.idle);
	destroy_workqueue(pool.workers);
	exporter_shrinker_free(pool.shrinker);
	shrink_to(0);
	exporter_payer_put(&pool.payer);
}
