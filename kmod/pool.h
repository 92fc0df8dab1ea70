/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Zeroed chunks that wait for the next buffer.
 */
#ifndef DMABUF_EXPORTER_POOL_H
#define DMABUF_EXPORTER_POOL_H

#include <linux/mm_types.h>

#include "chunk.h"
#include "payer.h"

/**
 * struct exporter_demand - what one allocation takes
 * @payer: the task's cgroup and node
 * @served: chunks of the pool may be taken
 * @chunks: how many chunks, by order
 */
struct exporter_demand {
	struct exporter_payer payer;
	bool served;
	unsigned int chunks[EXPORTER_ORDERS];
};

int exporter_pool_create(void);
void exporter_pool_destroy(void);

void exporter_demand_init(struct exporter_demand *demand, pgoff_t pages);
void exporter_demand_fini(struct exporter_demand *demand);
struct page *exporter_pool_take(struct exporter_demand *demand,
				unsigned int order);
void exporter_pool_refill(const struct exporter_demand *demand);

#endif /* DMABUF_EXPORTER_POOL_H */
