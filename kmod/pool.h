/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Zeroed chunks that wait for the next buffer.
 */
#ifndef DMABUF_EXPORTER_POOL_H
#define DMABUF_EXPORTER_POOL_H

#include <linux/memcontrol.h>
#include <linux/mm_types.h>

#include "chunk.h"

/**
 * struct exporter_demand - what one allocation takes
 * @payer: the memory cgroup that pays for it; borrowed
 * @chunks: how many chunks, by order
 */
struct exporter_demand {
	struct mem_cgroup *payer;
	unsigned int chunks[EXPORTER_MAX_ORDER + 1];
};

int exporter_pool_create(void);
void exporter_pool_destroy(void);

struct page *exporter_pool_take(struct exporter_demand *demand,
				unsigned int order);
void exporter_pool_refill(const struct exporter_demand *demand);

#endif /* DMABUF_EXPORTER_POOL_H */
