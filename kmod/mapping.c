// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings in user space.
 *
 * Nothing is mapped before it is touched, and one touch maps as much as one
 * page table holds (PMD_SIZE): by a single entry of the level above where
 * address, offset and chunk allow it, else by all entries of the table at once.
 * After a large entry come those of what lies behind it: a fault costs far more
 * than an entry, and these take no memory.
 *
 * The entries are bare pfns.  The pages cannot be pinned, migrated or
 * written back; the mapping keeps the dma-buf's file, and so the pages, alive.
 */
#include <linux/dma-buf.h>
#include <linux/fs.h>
#include <linux/huge_mm.h>
#include <linux/mm.h>
#include <linux/personality.h>
#include <linux/pgtable.h>
#include <linux/sched.h>

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
 * @fresh: no other thread can have filled any
 */
struct fill {
	struct vm_area_struct *vma;
	const struct exporter_chunk *chunk;
	unsigned long addr;
	unsigned long end;
	bool fresh;
};

#if defined(CONFIG_X86) || defined(CONFIG_ARM64)
static unsigned int count_none(pte_t *pte, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count && pte_none(ptep_get(pte + i)); i++)
		;
	return i;
}

/* Fills those of @count entries that are none. */
static void fill_run(const struct fill *fill, unsigned long addr, pte_t *pte,
		     unsigned long pfn, unsigned int count)
{
	while (count) {
		unsigned int n = fill->fresh ? count : count_none(pte, count);

		if (n)
			exporter_set_ptes(fill->vma->vm_mm, addr, pte,
					  pte_mkspecial(pfn_pte(pfn, fill->vma->vm_page_prot)),
					  n);
		else
			n = 1; /* another thread came first */
		addr += (unsigned long)n << PAGE_SHIFT;
		pte += n;
		pfn += n;
		count -= n;
	}
}

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
		unsigned int count = min(left, (fill->end - addr) >> PAGE_SHIFT);

		fill_run(fill, addr, pte, chunk_pfn(chunk, index), count);
		addr += (unsigned long)count << PAGE_SHIFT;
		pte += count;
		index += left;
		chunk++;
	}
	return 0;
}

static void fill_entries(struct fill *fill)
{
	apply_to_page_range(fill->vma->vm_mm, fill->addr, PAGE_SIZE, fill_table,
			    fill);
}
#else
/* Here set_pte_at() ends in functions that modules cannot call. */
static void fill_entries(struct fill *fill)
{
	const struct exporter_chunk *chunk = fill->chunk;
	pgoff_t index = page_in_buffer(fill->vma, fill->addr);
	unsigned long addr;

	for (addr = fill->addr; addr < fill->end; addr += PAGE_SIZE, index++) {
		if (index == exporter_chunk_end(chunk))
			chunk++;
		if (vmf_insert_pfn(fill->vma, addr, chunk_pfn(chunk, index)) !=
		    VM_FAULT_NOPAGE)
			return;
	}
}
#endif

/*
 * Fills what @vma has of the page table around @address, for speed only: what
 * cannot be filled now, for want of memory, is when it is touched.
 *
 * Returns the address after it.
 */
static unsigned long fill_around(struct vm_area_struct *vma,
				 unsigned long address, bool fresh)
{
	const struct exporter_buffer *buffer = vma->vm_private_data;
	unsigned long table = address & PMD_MASK;
	struct fill fill = {
		.vma = vma,
		.addr = max(table, vma->vm_start),
		.end = min(table + PMD_SIZE, vma->vm_end),
		.fresh = fresh,
	};

	fill.chunk = exporter_chunks_find(&buffer->chunks,
					  page_in_buffer(vma, fill.addr));
	fill_entries(&fill);
	return fill.end;
}

/*
 * Large entries need a mark in the page table that says that no page is behind
 * them.  Where there is none, which is so before 6.12 and on some architectures
 * still, get_user_pages_fast() would pin the pages.
 */
#if defined(CONFIG_ARCH_SUPPORTS_PMD_PFNMAP) && \
	defined(CONFIG_TRANSPARENT_HUGEPAGE)
/* The most large entries that one fault makes. */
#define LARGE_ENTRIES	16

/* They cost no memory here, so madvise() need not ask for them. */
#define LARGE_FLAGS	VM_HUGEPAGE

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
	if (chunk->order < PMD_SHIFT - PAGE_SHIFT || chunk->first != index)
		return NULL;
	return chunk;
}

/*
 * Makes the large entry for @addr.  Only one that exists is made anew for a write:
 * otherwise the right to write is that of the mapping, and with it the kernel
 * warns if anything else has come in between.
 */
static vm_fault_t insert_large(const struct vm_fault *vmf, unsigned long addr,
			       pmd_t *pmd, const struct exporter_chunk *chunk)
{
	struct vm_fault fault = {
		.vma = vmf->vma,
		.address = addr,
		.pmd = pmd,
		.flags = vmf->flags,
	};
	bool write = (vmf->flags & FAULT_FLAG_WRITE) &&
		     pmd_leaf(pmdp_get_lockless(pmd));

	return exporter_insert_pmd(&fault, page_to_pfn(chunk->page), write);
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

/* Maps a large entry, if there can be one and there is no page table. */
static vm_fault_t fault_large(const struct vm_fault *vmf)
{
	unsigned long addr = vmf->address & PMD_MASK;
	const struct exporter_chunk *chunk = find_large(vmf->vma, addr);
	pmd_t pmd = pmdp_get_lockless(vmf->pmd);
	vm_fault_t fault;

	if (!chunk || !(pmd_none(pmd) || pmd_leaf(pmd)))
		return VM_FAULT_FALLBACK;

	exporter_count(EXPORTER_FAULTS_LARGE, 1);
	fault = insert_large(vmf, addr, vmf->pmd, chunk);
	if (fault == VM_FAULT_NOPAGE)
		insert_behind(vmf);
	return fault;
}

static vm_fault_t exporter_huge_fault(struct vm_fault *vmf, unsigned int size)
{
	return size == PMD_SHIFT - PAGE_SHIFT ? fault_large(vmf) :
						VM_FAULT_FALLBACK;
}
#else
#define LARGE_FLAGS	0

static vm_fault_t fault_large(const struct vm_fault *vmf)
{
	return VM_FAULT_FALLBACK;
}
#endif

static vm_fault_t exporter_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct exporter_buffer *buffer = vma->vm_private_data;
	const struct exporter_chunk *chunk;
	vm_fault_t fault;

	if (vmf->pgoff >= buffer->chunks.pages)
		return VM_FAULT_SIGBUS;

	/*
	 * Here, too: what the process wants of huge pages may change at any
	 * time, and then a thread would make a page table where another is
	 * about to make a large entry.
	 */
	fault = fault_large(vmf);
	if (fault != VM_FAULT_FALLBACK)
		return fault;

	/* The page that was touched comes first, which makes the page table. */
	chunk = exporter_chunks_find(&buffer->chunks, vmf->pgoff);
	fault = vmf_insert_pfn(vma, vmf->address,
			       chunk_pfn(chunk, vmf->pgoff));
	if (fault & VM_FAULT_ERROR)
		return fault;

	exporter_count(EXPORTER_FAULTS_TABLE, 1);
	fill_around(vma, vmf->address, false);
	return VM_FAULT_NOPAGE;
}

static const struct vm_operations_struct exporter_vm_ops = {
	.fault = exporter_fault,
#ifdef LARGE_ENTRIES
	.huge_fault = exporter_huge_fault,
#endif
};

/* The checks of a file's access mode in mmap(), in the same order. */
static int check_access(const struct file *file, struct vm_area_struct *vma)
{
	if (!(file->f_mode & FMODE_WRITE) && (vma->vm_flags & VM_MAYSHARE)) {
		if (vma->vm_flags & VM_WRITE)
			return -EACCES;
		exporter_vm_flags_clear(vma, VM_MAYWRITE);
	}
	return file->f_mode & FMODE_READ ? 0 : -EACCES;
}

/*
 * The core has checked that the range lies within the buffer.  The mapping may be
 * that of another file, of an importer for instance, which hands it on.
 */
int exporter_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	unsigned long addr;
	int ret;

	ret = check_access(dmabuf->file, vma);
	if (ret)
		return ret;

	/*
	 * A private mapping would have to copy pages that are not its own.  It
	 * can look on, if it gives up writing for good.
	 */
	if (!(vma->vm_flags & VM_MAYSHARE)) {
		if (vma->vm_flags & VM_WRITE)
			return -EINVAL;
		exporter_vm_flags_clear(vma, VM_MAYWRITE);
	}

	exporter_vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP |
				   LARGE_FLAGS);
	vma->vm_ops = &exporter_vm_ops;
	vma->vm_private_data = dmabuf->priv;
	exporter_count(EXPORTER_USER_MAPS, 1);

	/*
	 * A mapping too small for a large entry costs less filled at once than
	 * by the fault that is to come.  It is not visible to other threads
	 * yet, so no large entry can come first either.
	 */
	if (vma->vm_end - vma->vm_start < PMD_SIZE)
		for (addr = vma->vm_start; addr < vma->vm_end;)
			addr = fill_around(vma, addr, true);
	return 0;
}

/**
 * exporter_mmap_node() - turn a mapping of the node into one of a dma-buf
 * @dmabuf: the dma-buf, which the mapping takes a reference on
 * @vma: the mapping of the node
 *
 * The core has compared @vma with the node's file only.  What mmap() refuses for
 * the file of @dmabuf is refused here, in the same order.
 *
 * Return: 0; -EACCES or -EPERM for what the file does not permit; the error of
 * dma_buf_mmap().
 */
int exporter_mmap_node(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	int ret = check_access(dmabuf->file, vma);

	if (ret)
		return ret;

	if (file_inode(dmabuf->file)->i_sb->s_iflags & SB_I_NOEXEC) {
		/* The core may have added it for the node, which has no such mark. */
		if ((vma->vm_flags & VM_EXEC) &&
		    !(current->personality & READ_IMPLIES_EXEC))
			return -EPERM;
		exporter_vm_flags_clear(vma, VM_EXEC | VM_MAYEXEC);
	}
	return dma_buf_mmap(dmabuf, vma, vma->vm_pgoff);
}
