/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Zeroed chunks that wait for the next buffer.
 */
#ifndef DMABUF_EXPORTER_POOL_H
#define DMABUF_EXPORTER_POOL_H

#include <linux/memcontrol.h>
#include <linux/mm_types.h>

int exporter_pool_create(void);
void exporter_pool_destroy(void);

struct page *exporter_pool_take(struct mem_cgroup *payer, unsigned int order);
void exporter_pool_refill(struct mem_cgroup *payer);

#endif /* DMABUF_EXPORTER_POOL_H */
