/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between kernel versions, from 6.1 on, in the order of versions.
 *
 * This is the only file that looks at LINUX_VERSION_CODE.  Every name is the
 * module's own: one of the kernel's may come to an older kernel any time, with a
 * patch of a stable release or of a distribution.  EXPORTER_HAS_... is set where
 * Kbuild found out by compiling, because the version does not tell.
 */
#ifndef DMABUF_EXPORTER_COMPAT_H
#define DMABUF_EXPORTER_COMPAT_H

#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/huge_mm.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "dmabuf_exporter is for Linux 6.1 and later"
#endif
#if !defined(CONFIG_DMA_SHARED_BUFFER) || !defined(CONFIG_MMU)
#error "dmabuf_exporter is for kernels with CONFIG_DMA_SHARED_BUFFER and CONFIG_MMU"
#endif

/* 6.2: importers hold a buffer's reservation lock, where before there was another. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define exporter_dma_buf_vmap(dmabuf, map) \
	dma_buf_vmap_unlocked((dmabuf), (map))
#define exporter_dma_buf_vunmap(dmabuf, map) \
	dma_buf_vunmap_unlocked((dmabuf), (map))
#else
#define exporter_dma_buf_vmap(dmabuf, map)	dma_buf_vmap((dmabuf), (map))
#define exporter_dma_buf_vunmap(dmabuf, map)	dma_buf_vunmap((dmabuf), (map))
#endif

/* 6.3: VMA flags are changed through helpers that lock the VMA. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define exporter_vm_flags_set(vma, flags)	vm_flags_set((vma), (flags))
#define exporter_vm_flags_clear(vma, flags)	vm_flags_clear((vma), (flags))
#else
#define exporter_vm_flags_set(vma, flags)	((vma)->vm_flags |= (flags))
#define exporter_vm_flags_clear(vma, flags)	((vma)->vm_flags &= ~(flags))
#endif

/* 6.5: mem_cgroup_tryget(), which is this. */
static inline bool exporter_mem_cgroup_tryget(struct mem_cgroup *memcg)
{
#ifdef CONFIG_MEMCG
	return !memcg || css_tryget(&memcg->css);
#else
	return true;
#endif
}

/* 6.6: entries are set many at a time. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define exporter_set_ptes(mm, addr, ptep, pte, nr) \
	set_ptes((mm), (addr), (ptep), (pte), (nr))
#else
static inline void exporter_set_ptes(struct mm_struct *mm, unsigned long addr,
				     pte_t *ptep, pte_t pte, unsigned int nr)
{
	for (; nr; nr--, addr += PAGE_SIZE, ptep++) {
		set_pte_at(mm, addr, ptep, pte);
		pte = pfn_pte(pte_pfn(pte) + 1, pte_pgprot(pte));
	}
}
#endif

/* 6.7: shrinkers are allocated. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
#define exporter_shrinker_alloc(flags, name)	shrinker_alloc((flags), (name))
#define exporter_shrinker_register(shrinker)	shrinker_register(shrinker)
#define exporter_shrinker_free(shrinker)	shrinker_free(shrinker)
#else
static inline struct shrinker *exporter_shrinker_alloc(unsigned int flags,
						       const char *name)
{
	struct shrinker *shrinker = kzalloc(sizeof(*shrinker), GFP_KERNEL);

	if (shrinker)
		shrinker->seeks = DEFAULT_SEEKS;
	return shrinker;
}

static inline void exporter_shrinker_register(struct shrinker *shrinker)
{
	/* Without memory for its bookkeeping it is never called. */
	if (register_shrinker(shrinker, KBUILD_MODNAME))
		pr_warn("the pool cannot be shrunk\n");
}

static inline void exporter_shrinker_free(struct shrinker *shrinker)
{
	unregister_shrinker(shrinker);
	kfree(shrinker);
}
#endif

/* 6.8: the number of orders that can be allocated has a name. */
#ifdef NR_PAGE_ORDERS
#define EXPORTER_NR_PAGE_ORDERS	NR_PAGE_ORDERS
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define EXPORTER_NR_PAGE_ORDERS	(MAX_ORDER + 1)
#else
#define EXPORTER_NR_PAGE_ORDERS	MAX_ORDER
#endif

/*
 * 6.10: a device tells whether its mappings need syncs, which is not so where
 * memory is coherent and nothing has been bounced.
 */
static inline bool exporter_dev_needs_sync(const struct device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
	return dma_dev_need_sync(dev);
#else
	return true;
#endif
}

/* 6.13: MODULE_IMPORT_NS() takes a string, as MODULE_INFO() always has. */
#define EXPORTER_IMPORT_NS(ns)	MODULE_INFO(import_ns, #ns)

/* 6.17: vmf_insert_pfn_pmd() gets a plain pfn instead of a pfn_t. */
#ifdef EXPORTER_HAS_PFN_T
#include <linux/pfn_t.h>
#define exporter_insert_pmd(vmf, pfn, write) \
	vmf_insert_pfn_pmd((vmf), __pfn_to_pfn_t((pfn), PFN_DEV), (write))
#else
#define exporter_insert_pmd(vmf, pfn, write) \
	vmf_insert_pfn_pmd((vmf), (pfn), (write))
#endif

/* 7.0: allocation by type. */
#ifdef kzalloc_obj
#define exporter_kzalloc_obj(obj, gfp)	kzalloc_obj(obj, gfp)
#else
#define exporter_kzalloc_obj(obj, gfp)	kzalloc(sizeof(typeof(obj)), (gfp))
#endif

/* 7.3: installing the fd of a dma-buf leaves a trace event. */
static inline void exporter_fd_install(struct dma_buf *dmabuf, int fd)
{
#ifdef EXPORTER_HAS_DMA_BUF_FD_INSTALL
	dma_buf_fd_install(dmabuf, fd);
#else
	fd_install(fd, dmabuf->file);
#endif
}

#endif /* DMABUF_EXPORTER_COMPAT_H */
