// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings in user space.
 *
 * Nothing is mapped before it is touched, and one touch maps as much as one
 * page table holds (2 MiB on x86): by a single entry of the level above where
 * address, offset and chunk allow it, else by all entries of the table at once.
 * After a large entry come those of what lies behind it: a fault costs far more
 * than an entry, and these take no memory.
 *
 * The entries are bare pfns.  The pages are nobody's to pin, migrate or write
 * back; the mapping keeps the dma-buf's file, and so the pages, alive.
 */
#include <linux/dma-buf.h>
#include <linux/huge_mm.h>
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "buffer.h"
#include "compat.h"
#include "stats.h"

/* Index in the buffer of the page that is mapped at @addr. */
static pgoff_t page_in_buffer(const struct vm_area_struct *vma, unsigned long addr)
{
	return vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT);
}

static unsigned long chunk_pfn(const struct exporter_chunk *chunk,
			       pgoff_t index)
{
	return page_to_pfn(chunk->page) + (index - chunk->first);
}

/**
 * struct fill - entries of one page table to be filled
 * @vma: the mapping
 * @chunk: the chunk that holds the page at @addr
 * @addr: the first address
 * @end: the address after the last
 */
struct fill {
	struct vm_area_struct *vma;
	const struct exporter_chunk *chunk;
	unsigned long addr;
	unsigned long end;
};

/*
 * Called once, for the first entry, with the lock of the page table held.  The
 * entries that follow are in the same table, and this loop is all there is to
 * be done for each; vmf_insert_pfn() would look up the memory type and take the
 * lock for every page.
 */
static int fill_table(pte_t *pte, unsigned long addr, void *data)
{
	struct fill *fill = data;
	const struct exporter_chunk *chunk = fill->chunk;
	struct vm_area_struct *vma = fill->vma;
	pgoff_t index = page_in_buffer(vma, addr);

	while (addr < fill->end) {
		unsigned long left = exporter_chunk_end(chunk) - index;
		unsigned long end = min(fill->end, addr + (left << PAGE_SHIFT));
		pte_t entry = pte_mkspecial(pfn_pte(chunk_pfn(chunk, index),
						    vma->vm_page_prot));

		for (; addr < end; addr += PAGE_SIZE, pte++) {
			/* Another thread may have come first, for some. */
			if (pte_none(exporter_ptep_get(pte)))
				set_pte_at(vma->vm_mm, addr, pte, entry);
			entry = pte_next_pfn(entry);
		}
		index += left;
		chunk++;
	}
	return 0;
}

/*
 * Fills what @vma has of the page table around @address, for speed only: what
 * cannot be filled now, for want of memory, is when it is touched.
 *
 * Returns the address after it.
 */
static unsigned long fill_around(struct vm_area_struct *vma,
				 unsigned long address)
{
	const struct exporter_buffer *buffer = vma->vm_private_data;
	unsigned long table = address & PMD_MASK;
	struct fill fill = {
		.vma = vma,
		.addr = max(table, vma->vm_start),
		.end = min(table + PMD_SIZE, vma->vm_end),
	};

	fill.chunk = exporter_chunks_find(&buffer->chunks,
					  page_in_buffer(vma, fill.addr));
	apply_to_page_range(vma->vm_mm, fill.addr, PAGE_SIZE, fill_table,
			    &fill);
	return fill.end;
}

static vm_fault_t exporter_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct exporter_buffer *buffer = vma->vm_private_data;
	const struct exporter_chunk *chunk;
	vm_fault_t fault;

	if (vmf->pgoff >= buffer->chunks.pages)
		return VM_FAULT_SIGBUS;

	/*
	 * The page that was touched comes first, by the usual way, which makes
	 * the page table.  It fails if another thread mapped a large entry in
	 * its place meanwhile; then all is done.  If it succeeds, there is a
	 * table, and it stays: large entries never replace one.
	 */
	chunk = exporter_chunks_find(&buffer->chunks, vmf->pgoff);
	fault = vmf_insert_pfn(vma, vmf->address,
			       chunk_pfn(chunk, vmf->pgoff));
	if (fault & VM_FAULT_ERROR)
		return pmd_leaf(pmdp_get_lockless(vmf->pmd)) ? VM_FAULT_NOPAGE :
							       fault;

	exporter_count(EXPORTER_FAULTS_TABLE, 1);
	fill_around(vma, vmf->address);
	return VM_FAULT_NOPAGE;
}

#ifdef CONFIG_TRANSPARENT_HUGEPAGE
/* How many large entries one fault makes at most: 32 MiB on x86. */
#define LARGE_ENTRIES	16

/*
 * The chunk that the large entry for @addr would map, or NULL if there can be
 * none: a part of it is not in @vma, or its pages are not one chunk.
 */
static const struct exporter_chunk *
find_large(const struct vm_area_struct *vma, unsigned long addr)
{
	const struct exporter_buffer *buffer = vma->vm_private_data;
	const struct exporter_chunk *chunk;
	pgoff_t index;

	if (addr < vma->vm_start || addr >= vma->vm_end ||
	    vma->vm_end - addr < PMD_SIZE)
		return NULL;

	index = page_in_buffer(vma, addr);
	if (index >= buffer->chunks.pages)
		return NULL;

	/* A chunk of this order is aligned to it, and so is no part of one. */
	chunk = exporter_chunks_find(&buffer->chunks, index);
	if (chunk->order < EXPORTER_MAX_ORDER || chunk->first != index)
		return NULL;
	return chunk;
}

/* Makes the large entry for @addr, with the right to write that @vmf is for. */
static vm_fault_t insert_large(const struct vm_fault *vmf, unsigned long addr,
			       pmd_t *pmd, const struct exporter_chunk *chunk)
{
	struct vm_fault fault = {
		.vma = vmf->vma,
		.address = addr,
		.pmd = pmd,
		.flags = vmf->flags,
	};

	return exporter_insert_pmd(&fault, page_to_pfn(chunk->page),
				   vmf->flags & FAULT_FLAG_WRITE);
}

/*
 * Makes the large entries behind the one of @vmf, for speed only.  They are in
 * the same table, so none takes memory.  Where something is mapped already,
 * small entries maybe, it stays.
 */
static void insert_behind(const struct vm_fault *vmf)
{
	unsigned long addr = vmf->address & PMD_MASK;
	pmd_t *pmd = vmf->pmd;
	unsigned int i;

	for (i = 1; i < LARGE_ENTRIES; i++) {
		const struct exporter_chunk *chunk;

		addr += PMD_SIZE;
		pmd++;
		if (!(addr & ~PUD_MASK)) /* the next table */
			return;
		chunk = find_large(vmf->vma, addr);
		if (!chunk || !pmd_none(pmdp_get_lockless(pmd)))
			return;
		if (insert_large(vmf, addr, pmd, chunk) != VM_FAULT_NOPAGE)
			return;
	}
}

static vm_fault_t exporter_huge_fault(struct vm_fault *vmf,
				      exporter_fault_size size)
{
	unsigned long addr = vmf->address & PMD_MASK;
	const struct exporter_chunk *chunk;
	vm_fault_t fault;

	if (size != EXPORTER_PMD_FAULT)
		return VM_FAULT_FALLBACK;
	chunk = find_large(vmf->vma, addr);
	if (!chunk)
		return VM_FAULT_FALLBACK;

	exporter_count(EXPORTER_FAULTS_LARGE, 1);
	fault = insert_large(vmf, addr, vmf->pmd, chunk);
	if (fault == VM_FAULT_NOPAGE)
		insert_behind(vmf);
	return fault;
}
#endif

static const struct vm_operations_struct exporter_vm_ops = {
	.fault = exporter_fault,
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	.huge_fault = exporter_huge_fault,
#endif
};

/* The core has checked that the range lies within the buffer. */
int exporter_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	unsigned long addr;

	/*
	 * A private mapping would have to copy pages that are not its own.  It
	 * can look on, if it gives up writing for good.
	 */
	if (!(vma->vm_flags & VM_MAYSHARE)) {
		if (vma->vm_flags & VM_WRITE)
			return -EINVAL;
		vm_flags_clear(vma, VM_MAYWRITE);
	}

	/*
	 * VM_HUGEPAGE: large entries cost no memory here, so they are right
	 * even where the administrator wants them only by madvise().
	 */
	vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP |
			  (IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) ?
			   VM_HUGEPAGE : 0));
	vma->vm_ops = &exporter_vm_ops;
	vma->vm_private_data = dmabuf->priv;
	exporter_count(EXPORTER_USER_MAPS, 1);

	/*
	 * A mapping too small for a large entry costs less filled at once than
	 * by the fault that is to come.  Nobody else can see it yet, so no
	 * large entry can come first either.
	 */
	if (vma->vm_end - vma->vm_start < PMD_SIZE)
		for (addr = vma->vm_start; addr < vma->vm_end;)
			addr = fill_around(vma, addr);
	return 0;
}
