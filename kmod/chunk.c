// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages in the largest chunks that are free.
 *
 * Large chunks make everything after them cheap: one page table entry maps
 * PMD_SIZE, and a device gets few, long segments.  No chunk is ever demanded,
 * though: where memory is fragmented, the buffer is built from smaller ones,
 * down to single pages.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "chunk.h"
#include "headroom.h"
#include "limits.h"
#include "pool.h"
#include "stats.h"

/* Takes or allocates one chunk. */
static struct page *get_chunk(struct exporter_demand *demand,
			      unsigned int order)
{
	struct page *page = exporter_pool_take(demand, order);

	if (!page)
		page = alloc_pages(order ? EXPORTER_GFP_EASY : EXPORTER_GFP,
				   order);
	return page;
}

/* The caller takes the pages out of the limits. */
static void free_chunk(struct page *page, unsigned int order)
{
	__free_pages(page, order);
	exporter_count(EXPORTER_CHUNKS + order, -1);
}

/*
 * Allocates @pages pages: the first few chunks into @chunks, and others onto
 * @rest.  All are counted, also against the limits.
 */
static int collect(struct exporter_chunks *chunks, struct list_head *rest,
		   pgoff_t pages, struct exporter_demand *demand)
{
	unsigned int order = exporter_max_order();

	while (pages) {
		struct exporter_room room;
		struct page *page;
		int ret;

		if (fatal_signal_pending(current))
			return -EINTR;

		ret = exporter_headroom_order(&room,
					      min_t(unsigned int, order,
						    ilog2(pages)));
		if (ret < 0)
			return ret;

		order = ret;
		page = get_chunk(demand, order);
		exporter_headroom_end(&room);
		if (!page) {
			if (!order)
				return -ENOMEM;
			order--; /* it has run out */
			continue;
		}
		if (exporter_limits_add(1UL << order)) {
			__free_pages(page, order);
			return -ENOMEM;
		}

		exporter_count(EXPORTER_CHUNKS + order, 1);
		if (chunks->count < EXPORTER_FEW_CHUNKS)
			chunks->few[chunks->count] = (struct exporter_chunk){
				.page = page,
				.first = chunks->pages,
				.order = order,
			};
		else
			list_add_tail(&page->lru, rest);
		chunks->count++;
		chunks->pages += 1UL << order;
		pages -= 1UL << order;
		cond_resched();
	}
	return 0;
}

/* Makes a table of the first few chunks and those of @rest. */
static int make_table(struct exporter_chunks *chunks, struct list_head *rest)
{
	struct exporter_chunk *chunk;
	struct page *page, *next;
	pgoff_t first;

	chunk = kvmalloc_array(chunks->count, sizeof(*chunk),
			       EXPORTER_GFP_SMALL);
	if (!chunk)
		return -ENOMEM;

	chunks->table = chunk;
	memcpy(chunk, chunks->few, sizeof(chunks->few));
	chunk += EXPORTER_FEW_CHUNKS;
	first = exporter_chunk_end(chunk - 1);
	list_for_each_entry_safe(page, next, rest, lru) {
		list_del(&page->lru);
		chunk->page = page;
		chunk->first = first;
		chunk->order = compound_order(page);
		first = exporter_chunk_end(chunk++);
		cond_resched();
	}
	return 0;
}

/**
 * exporter_chunks_alloc() - allocate the pages of a buffer
 * @chunks: to be filled in; holds nothing after a failure
 * @pages: how many; not 0
 *
 * The pages are zero and charged to the memory cgroup of the caller.
 *
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed meanwhile.
 */
int exporter_chunks_alloc(struct exporter_chunks *chunks, pgoff_t pages)
{
	struct exporter_demand demand;
	struct page *page, *next;
	LIST_HEAD(rest);
	int ret;

	chunks->table = chunks->few;
	chunks->count = 0;
	chunks->pages = 0;

	exporter_demand_init(&demand, pages);
	ret = collect(chunks, &rest, pages, &demand);
	if (!ret)
		exporter_pool_refill(&demand);
	exporter_demand_fini(&demand);

	if (!ret && chunks->count > EXPORTER_FEW_CHUNKS)
		ret = make_table(chunks, &rest);
	if (!ret)
		return 0;

	list_for_each_entry_safe(page, next, &rest, lru) {
		list_del(&page->lru);
		free_chunk(page, compound_order(page));
		cond_resched();
	}
	chunks->count = min_t(unsigned int, chunks->count, EXPORTER_FEW_CHUNKS);
	exporter_chunks_free(chunks);
	return ret;
}

/**
 * exporter_chunks_free() - give the pages back
 * @chunks: as exporter_chunks_alloc() filled it in
 */
void exporter_chunks_free(struct exporter_chunks *chunks)
{
	unsigned int i;

	for (i = 0; i < chunks->count; i++) {
		const struct exporter_chunk *chunk = &chunks->table[i];

		free_chunk(chunk->page, chunk->order);
		cond_resched();
	}
	exporter_limits_sub(chunks->pages);
	if (chunks->table != chunks->few)
		kvfree(chunks->table);
}

/**
 * exporter_chunks_find() - the chunk that holds a page
 * @chunks: the pages of a buffer
 * @index: which page; less than @chunks->pages
 *
 * Return: the chunk; the next one in the table holds the pages after it.
 */
const struct exporter_chunk *
exporter_chunks_find(const struct exporter_chunks *chunks, pgoff_t index)
{
	unsigned int low = 0, high = chunks->count;

	while (high - low > 1) {
		unsigned int middle = low + (high - low) / 2;

		if (chunks->table[middle].first <= index)
			low = middle;
		else
			high = middle;
	}
	return &chunks->table[low];
}

/* The longest segment that @dev takes, in bytes, and whole pages. */
static size_t max_segment(struct device *dev)
{
	size_t max = min_t(size_t, dma_get_max_seg_size(dev),
			   dma_max_mapping_size(dev));

	return max_t(size_t, round_down(max, PAGE_SIZE), PAGE_SIZE);
}

/* Writes the pages from @pfn to @end, at most @max of them at once. */
static struct scatterlist *set_segments(struct scatterlist *sg,
					unsigned long pfn, unsigned long end,
					unsigned long max)
{
	while (pfn < end) {
		unsigned long pages = min(max, end - pfn);

		sg_set_page(sg, pfn_to_page(pfn), pages << PAGE_SHIFT, 0);
		sg = sg_next(sg);
		pfn += pages;
	}
	return sg;
}

/*
 * Walks over the contiguous runs of @chunks, cut to what @dev takes, and counts
 * them.  With @sg, it also writes them there.
 */
static unsigned int build_segments(const struct exporter_chunks *chunks,
				   struct device *dev, struct scatterlist *sg)
{
	const unsigned long boundary = dma_get_seg_boundary(dev) >> PAGE_SHIFT;
	const unsigned long max = max_segment(dev) >> PAGE_SHIFT;
	unsigned int i = 0, segments = 0;

	while (i < chunks->count) {
		struct page *page = chunks->table[i].page;
		unsigned long pfn = page_to_pfn(page), end = pfn;

		while (i < chunks->count &&
		       page_to_pfn(chunks->table[i].page) == end)
			end += 1UL << chunks->table[i++].order;

		while (pfn < end) {
			unsigned long stop = min(end, (pfn | boundary) + 1);

			segments += DIV_ROUND_UP(stop - pfn, max);
			if (sg)
				sg = set_segments(sg, pfn, stop, max);
			pfn = stop;
		}
	}
	return segments;
}

/**
 * exporter_chunks_to_sgt() - describe the pages to a device
 * @chunks: the pages of a buffer
 * @dev: the device, whose limits on the length of a segment and on what it
 *       may cross are kept
 * @sgt: to be filled in; the caller frees it with sg_free_table()
 *
 * There is one entry for every contiguous run of pages, even where it spans
 * several chunks, unless the device takes only shorter ones.
 *
 * Return: 0 or -ENOMEM.
 */
int exporter_chunks_to_sgt(const struct exporter_chunks *chunks,
			   struct device *dev, struct sg_table *sgt)
{
	int ret;

	ret = sg_alloc_table(sgt, build_segments(chunks, dev, NULL),
			     EXPORTER_GFP_SMALL);
	if (ret)
		return ret;

	build_segments(chunks, dev, sgt->sgl);
	return 0;
}

/**
 * exporter_chunks_vmap() - map the pages into the kernel, in one piece
 * @chunks: the pages of a buffer
 *
 * Return: the address, to be given to vunmap(), or NULL without memory.
 */
void *exporter_chunks_vmap(const struct exporter_chunks *chunks)
{
	struct page **pages;
	unsigned int i, j;
	pgoff_t n = 0;
	void *vaddr;

	pages = kvmalloc_array(chunks->pages, sizeof(*pages),
			       EXPORTER_GFP_SMALL);
	if (!pages)
		return NULL;

	for (i = 0; i < chunks->count; i++)
		for (j = 0; j < 1U << chunks->table[i].order; j++)
			pages[n++] = chunks->table[i].page + j;

	vaddr = vmap(pages, n, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return vaddr;
}
