// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory cgroup that a chunk is charged to, and its NUMA node.
 *
 * The pool's worker allocates on behalf of other tasks, and needs both.
 */
#include <linux/cpuset.h>
#include <linux/gfp.h>
#include <linux/nodemask.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/topology.h>

#include "chunk.h"
#include "compat.h"
#include "payer.h"

/**
 * exporter_payer_of_current() - the cgroup that __GFP_ACCOUNT charges
 *
 * It is that of the task, not of its mm.
 *
 * Return: the payer, to be given to exporter_payer_put().
 */
struct exporter_payer exporter_payer_of_current(void)
{
	struct exporter_payer payer = { .node = numa_mem_id() };

	if (mem_cgroup_disabled())
		return payer;

#ifdef CONFIG_MEMCG
	/* It has a task, so the next look finds one that is not gone. */
	rcu_read_lock();
	do {
		payer.memcg = mem_cgroup_from_task(current);
	} while (!exporter_mem_cgroup_tryget(payer.memcg));
	rcu_read_unlock();
#endif
	return payer;
}

/**
 * exporter_payer_get() - another reference to the same
 * @payer: holds a reference, so this cannot fail
 *
 * Return: the payer, to be given to exporter_payer_put().
 */
struct exporter_payer exporter_payer_get(const struct exporter_payer *payer)
{
	if (payer->memcg)
		exporter_mem_cgroup_tryget(payer->memcg);
	return *payer;
}

/**
 * exporter_payer_put() - drop the reference
 * @payer: pays for nothing after this
 */
void exporter_payer_put(struct exporter_payer *payer)
{
	mem_cgroup_put(payer->memcg);
	payer->memcg = NULL;
}

/**
 * exporter_payer_suits_current() - may the caller have a page of that node, and
 * does it want that?
 * @payer: of the caller
 */
bool exporter_payer_suits_current(const struct exporter_payer *payer)
{
#ifdef CONFIG_NUMA
	if (current->mempolicy)
		return false;
#endif
	return node_isset(payer->node, cpuset_current_mems_allowed);
}

/* To be charged to the root, or not at all, is the same. */
static struct mem_cgroup *without_root(struct mem_cgroup *memcg)
{
	return memcg && parent_mem_cgroup(memcg) ? memcg : NULL;
}

/**
 * exporter_payer_has_paid() - is a page one that this payer would have got?
 * @payer: the payer
 * @page: has been charged, and so has the cgroup that folio_memcg() finds: the
 *        charge keeps it, or its nearest parent that is still there, as long as
 *        RCU does
 */
bool exporter_payer_has_paid(const struct exporter_payer *payer,
			     struct page *page)
{
	bool same;

	if (page_to_nid(page) != payer->node)
		return false;

	rcu_read_lock();
	same = without_root(folio_memcg(page_folio(page))) ==
	       without_root(payer->memcg);
	rcu_read_unlock();
	return same;
}

/**
 * exporter_payer_alloc() - allocate on behalf of a payer, without reclaim
 * @payer: the payer
 * @order: base 2 logarithm of the number of pages
 *
 * Return: zeroed pages, or NULL.  A cgroup that is being removed allocates no
 * more.
 */
struct page *exporter_payer_alloc(const struct exporter_payer *payer,
				  unsigned int order)
{
	struct mem_cgroup *old;
	struct page *page;

	if (payer->memcg && !mem_cgroup_online(payer->memcg))
		return NULL;

	old = set_active_memcg(payer->memcg);
	page = alloc_pages_node(payer->node,
				EXPORTER_GFP_EASY | __GFP_THISNODE, order);
	set_active_memcg(old);
	return page;
}
