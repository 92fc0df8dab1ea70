/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of the module, for debugfs.
 */
#ifndef DMABUF_EXPORTER_STATS_H
#define DMABUF_EXPORTER_STATS_H

#include <linux/percpu.h>

#include "chunk.h"

/**
 * enum exporter_stat - what is counted
 * @EXPORTER_BUFFERS: buffers that exist
 * @EXPORTER_BYTES: bytes in them
 * @EXPORTER_ATTACHMENTS: devices attached to them
 * @EXPORTER_DEVICE_MAPS: attachments that are mapped
 * @EXPORTER_KERNEL_MAPS: buffers mapped into the kernel
 * @EXPORTER_ALLOCATIONS: buffers allocated since the module was loaded
 * @EXPORTER_USER_MAPS: successful mmap() since then
 * @EXPORTER_FAULTS_LARGE: faults that mapped large entries since then
 * @EXPORTER_FAULTS_TABLE: faults that filled a page table since then
 * @EXPORTER_CPU_BEGINS: beginnings of CPU access since then
 * @EXPORTER_POOL_BYTES: bytes in the pool
 * @EXPORTER_POOL_HITS: chunks that came from the pool since then
 * @EXPORTER_POOL_MISSES: chunks that were not there since then
 * @EXPORTER_CPU_ENDS: ends of CPU access since then
 * @EXPORTER_CHUNKS: chunks in buffers, or allocated for one that is being made,
 *                   by order; the first of a row
 * @EXPORTER_STATS: how many there are
 */
enum exporter_stat {
	EXPORTER_BUFFERS,
	EXPORTER_BYTES,
	EXPORTER_ATTACHMENTS,
	EXPORTER_DEVICE_MAPS,
	EXPORTER_KERNEL_MAPS,
	EXPORTER_ALLOCATIONS,
	EXPORTER_USER_MAPS,
	EXPORTER_FAULTS_LARGE,
	EXPORTER_FAULTS_TABLE,
	EXPORTER_CPU_BEGINS,
	EXPORTER_CPU_ENDS,
	EXPORTER_POOL_BYTES,
	EXPORTER_POOL_HITS,
	EXPORTER_POOL_MISSES,
	EXPORTER_CHUNKS,
	EXPORTER_STATS = EXPORTER_CHUNKS + EXPORTER_ORDERS,
};

/* One row for each CPU, so that counting is one instruction and no sharing. */
struct exporter_stats {
	long value[EXPORTER_STATS];
};

DECLARE_PER_CPU(struct exporter_stats, exporter_stats);

static inline void exporter_count(enum exporter_stat stat, long difference)
{
	this_cpu_add(exporter_stats.value[stat], difference);
}

void exporter_stats_create(void);
void exporter_stats_remove(void);

#endif /* DMABUF_EXPORTER_STATS_H */
