/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory cgroup that a chunk is charged to, and its NUMA node.
 */
#ifndef DMABUF_EXPORTER_PAYER_H
#define DMABUF_EXPORTER_PAYER_H

#include <linux/memcontrol.h>
#include <linux/mm_types.h>

/**
 * struct exporter_payer - the memory cgroup and the NUMA node of an allocation
 * @memcg: the cgroup that is charged; a reference, or NULL for none
 * @node: the node
 */
struct exporter_payer {
	struct mem_cgroup *memcg;
	int node;
};

struct exporter_payer exporter_payer_of_current(void);
struct exporter_payer exporter_payer_get(const struct exporter_payer *payer);
void exporter_payer_put(struct exporter_payer *payer);

bool exporter_payer_suits_current(const struct exporter_payer *payer);
bool exporter_payer_has_paid(const struct exporter_payer *payer,
			     struct page *page);
struct page *exporter_payer_alloc(const struct exporter_payer *payer,
				  unsigned int order);

#endif /* DMABUF_EXPORTER_PAYER_H */
