/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between kernel versions, from 6.1 on.
 *
 * This is the only file that looks at LINUX_VERSION_CODE.  The rest of the
 * module is written for the newest kernel; what an older one spells otherwise
 * is given the new spelling here.
 */
#ifndef DMABUF_EXPORTER_COMPAT_H
#define DMABUF_EXPORTER_COMPAT_H

#include <linux/dma-buf.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/huge_mm.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/version.h>

/* 6.13: MODULE_IMPORT_NS() takes a string. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define EXPORTER_IMPORT_NS(ns)	MODULE_IMPORT_NS(#ns)
#else
#define EXPORTER_IMPORT_NS(ns)	MODULE_IMPORT_NS(ns)
#endif

/* 6.2: a PMD that may change is read in one way for all architectures. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define pmdp_get_lockless(pmd)	READ_ONCE(*(pmd))
#endif

/* 6.2: importers hold a buffer's reservation lock; before, there was another. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define dma_buf_vmap_unlocked	dma_buf_vmap
#define dma_buf_vunmap_unlocked	dma_buf_vunmap
#endif

/* 6.3: VMA flags are changed through helpers that lock the VMA. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* 6.5: a reference to a memory cgroup has a name of its own. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
static inline bool mem_cgroup_tryget(struct mem_cgroup *memcg)
{
#ifdef CONFIG_MEMCG
	return !memcg || css_tryget(&memcg->css);
#else
	return true;
#endif
}
#endif

/* 6.6: page table entries are read through ptep_get() everywhere. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define exporter_ptep_get(pte)	(*(pte))
#else
#define exporter_ptep_get(pte)	ptep_get(pte)
#endif

/* 6.7: a reference to a file that may be on its way out. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static inline struct file *get_file_active(struct file **f)
{
	return atomic_long_inc_not_zero(&(*f)->f_count) ? *f : NULL;
}
#endif

/* 6.8: the entry for the page behind another entry's. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
static inline pte_t pte_next_pfn(pte_t pte)
{
	return pfn_pte(pte_pfn(pte) + 1, pte_pgprot(pte));
}
#endif

/* 7.3: installing the fd of a dma-buf leaves a trace event. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 3, 0)
static inline void dma_buf_fd_install(struct dma_buf *dmabuf, int fd)
{
	fd_install(fd, dmabuf->file);
}
#endif

/* 6.7: shrinkers are allocated. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static inline struct shrinker *shrinker_alloc(unsigned int flags,
					      const char *name)
{
	struct shrinker *shrinker = kzalloc(sizeof(*shrinker), GFP_KERNEL);

	if (shrinker)
		shrinker->seeks = DEFAULT_SEEKS;
	return shrinker;
}

static inline void shrinker_register(struct shrinker *shrinker)
{
	/* Without memory for its bookkeeping it is never called. */
	if (register_shrinker(shrinker, KBUILD_MODNAME))
		pr_warn("the pool cannot be shrunk\n");
}

static inline void shrinker_free(struct shrinker *shrinker)
{
	unregister_shrinker(shrinker);
	kfree(shrinker);
}
#endif

/* 7.0: allocation by type. */
#ifndef kzalloc_obj
#define kzalloc_obj(obj, gfp)	kzalloc(sizeof(typeof(obj)), (gfp))
#endif

/*
 * 6.6: .huge_fault gets an order instead of enum page_entry_size.
 * 6.17: vmf_insert_pfn_pmd() gets a plain pfn instead of a pfn_t.
 */
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define exporter_fault_size	unsigned int
#define EXPORTER_PMD_FAULT	(PMD_SHIFT - PAGE_SHIFT)
#else
#define exporter_fault_size	enum page_entry_size
#define EXPORTER_PMD_FAULT	PE_SIZE_PMD
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define exporter_insert_pmd(vmf, pfn, write) \
	vmf_insert_pfn_pmd((vmf), (pfn), (write))
#else
#include <linux/pfn_t.h>
#define exporter_insert_pmd(vmf, pfn, write) \
	vmf_insert_pfn_pmd((vmf), __pfn_to_pfn_t((pfn), PFN_DEV), (write))
#endif
#endif /* CONFIG_TRANSPARENT_HUGEPAGE */

#endif /* DMABUF_EXPORTER_COMPAT_H */
