/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pages of one buffer, held in the largest chunks that were free.
 */
#ifndef DMABUF_EXPORTER_CHUNK_H
#define DMABUF_EXPORTER_CHUNK_H

#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/pgtable.h>
#include <linux/types.h>

#include "compat.h"

/* Orders of chunks that there can be; which is the largest, the machine says. */
#define EXPORTER_ORDERS		EXPORTER_NR_PAGE_ORDERS

/*
 * Charged to the allocating cgroup, never an unzeroed byte.  A request that
 * cannot be met fails: killing some other process for it is not an answer.
 */
#define EXPORTER_GFP \
	(GFP_HIGHUSER | __GFP_ZERO | __GFP_ACCOUNT | __GFP_COMP | \
	 __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

/*
 * For pages that are taken if they are there, but not worked for.  Who does not
 * reclaim counts as atomic, and has what is reserved for interrupts, unless
 * __GFP_NOMEMALLOC says otherwise.
 */
#define EXPORTER_GFP_EASY \
	((EXPORTER_GFP & ~(__GFP_RECLAIM | __GFP_RETRY_MAYFAIL)) | \
	 __GFP_NORETRY | __GFP_NOMEMALLOC)

/* For the small objects around the pages: charged, and fails as well. */
#define EXPORTER_GFP_SMALL \
	(GFP_KERNEL_ACCOUNT | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

struct device;
struct sg_table;

/**
 * struct exporter_chunk - 2^order physically contiguous pages
 * @page: the first page, which holds the chunk together (a compound page)
 * @first: index in the buffer of that page
 * @order: base 2 logarithm of the number of pages
 */
struct exporter_chunk {
	struct page *page;
	pgoff_t first;
	unsigned int order;
};

/* So many chunks need no table of their own. */
#define EXPORTER_FEW_CHUNKS	2

/**
 * struct exporter_chunks - all pages of a buffer
 * @table: the chunks, in order of their place in the buffer: @few, or owned
 * @count: number of chunks
 * @pages: number of pages in all of them
 * @few: the table, if they are few
 */
struct exporter_chunks {
	struct exporter_chunk *table;
	unsigned int count;
	pgoff_t pages;
	struct exporter_chunk few[EXPORTER_FEW_CHUNKS];
};

int exporter_chunks_alloc(struct exporter_chunks *chunks, pgoff_t pages);
void exporter_chunks_free(struct exporter_chunks *chunks);
const struct exporter_chunk *
exporter_chunks_find(const struct exporter_chunks *chunks, pgoff_t index);
int exporter_chunks_to_sgt(const struct exporter_chunks *chunks,
			   struct device *dev, struct sg_table *sgt);
void *exporter_chunks_vmap(const struct exporter_chunks *chunks);

/*
 * The largest order that is asked for: it fills one entry of the page middle
 * directory, as far as the page allocator goes.  On some
 * architectures that is known only at run time.
 */
static inline unsigned int exporter_max_order(void)
{
	return min_t(unsigned int, PMD_SHIFT - PAGE_SHIFT, EXPORTER_ORDERS - 1);
}

static inline pgoff_t exporter_chunk_end(const struct exporter_chunk *chunk)
{
	return chunk->first + (1UL << chunk->order);
}

#endif /* DMABUF_EXPORTER_CHUNK_H */
