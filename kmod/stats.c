// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/debug/dmabuf_exporter/stats
 *
 * One line for each figure, its name and its value.  For people and tests;
 * names may come and go, as everything in debugfs may.
 */
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "stats.h"

DEFINE_PER_CPU(struct exporter_stats, exporter_stats);

static struct dentry *directory;

static const char * const names[EXPORTER_CHUNKS] = {
	[EXPORTER_BUFFERS] = "buffers",
	[EXPORTER_BYTES] = "bytes",
	[EXPORTER_ATTACHMENTS] = "attachments",
	[EXPORTER_DEVICE_MAPS] = "device_maps",
	[EXPORTER_KERNEL_MAPS] = "kernel_maps",
	[EXPORTER_ALLOCATIONS] = "allocations",
	[EXPORTER_USER_MAPS] = "user_maps",
	[EXPORTER_FAULTS_LARGE] = "faults_large",
	[EXPORTER_FAULTS_TABLE] = "faults_table",
	[EXPORTER_CPU_BEGINS] = "cpu_begins",
	[EXPORTER_CPU_ENDS] = "cpu_ends",
	[EXPORTER_POOL_BYTES] = "pool_bytes",
	[EXPORTER_POOL_HITS] = "pool_hits",
	[EXPORTER_POOL_MISSES] = "pool_misses",
};

/* A figure may be counted up on one CPU and down on another. */
static long sum(unsigned int stat)
{
	long total = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		total += per_cpu(exporter_stats, cpu).value[stat];
	return total;
}

static int stats_show(struct seq_file *file, void *unused)
{
	unsigned int stat;

	for (stat = 0; stat < EXPORTER_CHUNKS; stat++)
		seq_printf(file, "%s %ld\n", names[stat], sum(stat));
	for (; stat <= EXPORTER_CHUNKS + exporter_max_order(); stat++)
		seq_printf(file, "chunks_order_%u %ld\n",
			   stat - EXPORTER_CHUNKS, sum(stat));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

/**
 * exporter_stats_create() - make the file appear
 *
 * Without debugfs there is none; that is no error.
 */
void exporter_stats_create(void)
{
	directory = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("stats", 0400, directory, NULL, &stats_fops);
}

/**
 * exporter_stats_remove() - make the file disappear
 */
void exporter_stats_remove(void)
{
	debugfs_remove(directory);
}
