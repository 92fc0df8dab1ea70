// SPDX-License-Identifier: MIT
// What Mesa's drm-shims leave out of the GPU drivers that they pretend, as a library for LD_PRELOAD
// before theirs: the import of a dma-buf as a buffer object, and /dev/udmabuf to have dma-bufs at
// all.
//
// A dma-buf is a memfd here, and its fences are signaled. A buffer object has memory of its own:
// since nothing is executed, nobody sees that it is not the dma-buf's.
//
// If PARALLAX_PRIME is "refuse", every import is refused.
#define _GNU_SOURCE
#include "preload.h"

#include <drm/amdgpu_drm.h>
#include <drm/drm.h>
#include <drm/msm_drm.h>
#include <drm/nouveau_drm.h>
#include <drm/panthor_drm.h>
#include <drm/v3d_drm.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/udmabuf.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Of asahi_drm.h, which Debian 13 does not have yet.
struct asahi_gem_create {
    __u64 size;
    __u32 flags;
    __u32 vm_id;
    __u32 handle;
    __u32 pad;
};
#define IOCTL_ASAHI_GEM_CREATE DRM_IOWR(DRM_COMMAND_BASE + 5, struct asahi_gem_create)

// As the shim answers: a negative value is an error, but not of errno.
static int shim_ioctl(int fd, unsigned long request, void* argument) {
    static int (*function)(int, unsigned long, ...);
    find_next("ioctl", (void**)&function);
    return function(fd, request, argument);
}

// Buffer objects

// How each driver creates one: its ioctl, and where the argument has the size and gets the handle.
struct creation {
    const char* driver;
    unsigned long request;
    size_t size_at;
    size_t handle_at;
};
#define CREATION(driver, request, argument, size, handle)                                          \
    {driver, request, offsetof(argument, size), offsetof(argument, handle)}
static const struct creation creations[] = {
    CREATION("amdgpu", DRM_IOCTL_AMDGPU_GEM_CREATE, union drm_amdgpu_gem_create, in.bo_size,
             out.handle),
    CREATION("asahi", IOCTL_ASAHI_GEM_CREATE, struct asahi_gem_create, size, handle),
    CREATION("msm", DRM_IOCTL_MSM_GEM_NEW, struct drm_msm_gem_new, size, handle),
    CREATION("nouveau", DRM_IOCTL_NOUVEAU_GEM_NEW, struct drm_nouveau_gem_new, info.size,
             info.handle),
    CREATION("panthor", DRM_IOCTL_PANTHOR_BO_CREATE, struct drm_panthor_bo_create, size, handle),
    CREATION("v3d", DRM_IOCTL_V3D_CREATE_BO, struct drm_v3d_create_bo, size, handle),
};

// @return the handle; 0 if the driver is unknown or has no memory.
static __u32 create_object(int node, __u64 size) {
    char driver[16] = "";
    struct drm_version version = {.name = driver, .name_len = sizeof(driver) - 1};
    if (shim_ioctl(node, DRM_IOCTL_VERSION, &version) != 0) {
        return 0;
    }
    for (size_t i = 0; i < sizeof(creations) / sizeof(*creations); ++i) {
        const struct creation* const creation = &creations[i];
        if (strcmp(creation->driver, driver) == 0) {
            _Alignas(8) char argument[128] = {0}; // larger than any
            __u32 handle = 0;
            memcpy(argument + creation->size_at, &size, sizeof(size));
            if (shim_ioctl(node, creation->request, argument) == 0) {
                memcpy(&handle, argument + creation->handle_at, sizeof(handle));
            }
            return handle;
        }
    }
    fprintf(stderr, "prime: the driver '%s' is unknown\n", driver);
    return 0;
}

// The buffer objects of dma-bufs. As in the kernel, a dma-buf that is imported twice has one
// handle.
struct import {
    int node;     // the driver's, through which it was imported
    int buffer;   // the dma-buf, an fd of our own
    ino_t inode;  // of the dma-buf; memfds are all of one file system
    __u64 size;   // bytes
    __u32 handle; // 0 if this entry is free
};
static struct import imports[256];
static pthread_mutex_t imports_lock = PTHREAD_MUTEX_INITIALIZER;

// Those of a free entry: node and handle are 0.
static struct import* find_import(int node, __u32 handle) {
    for (size_t i = 0; i < sizeof(imports) / sizeof(*imports); ++i) {
        if (imports[i].handle == handle && (handle == 0 || imports[i].node == node)) {
            return &imports[i];
        }
    }
    return NULL;
}

static struct import* find_inode(int node, ino_t inode) {
    for (size_t i = 0; i < sizeof(imports) / sizeof(*imports); ++i) {
        if (imports[i].handle != 0 && imports[i].node == node && imports[i].inode == inode) {
            return &imports[i];
        }
    }
    return NULL;
}

static int import_locked(int node, int buffer, __u32* handle) {
    struct stat status;
    const off_t size = lseek(buffer, 0, SEEK_END); // the size of a dma-buf, as everywhere
    if (size < 0 || fstat(buffer, &status) != 0) {
        return -1;
    }
    struct import* entry = find_inode(node, status.st_ino);
    if (entry == NULL) {
        entry = find_import(0, 0);
        if (entry == NULL) {
            return fail(ENFILE);
        }
        const __u32 created = create_object(node, (__u64)size);
        if (created == 0) {
            return fail(ENOMEM);
        }
        *entry = (struct import){.node = node,
                                 .buffer = fcntl(buffer, F_DUPFD_CLOEXEC, 3),
                                 .inode = status.st_ino,
                                 .size = (__u64)size,
                                 .handle = created};
    }
    *handle = entry->handle;
    return 0;
}

static int fd_to_handle(int node, struct drm_prime_handle* prime) {
    const char* const wish = getenv("PARALLAX_PRIME");
    if (wish != NULL && strcmp(wish, "refuse") == 0) {
        return fail(EINVAL);
    }
    pthread_mutex_lock(&imports_lock);
    const int result = import_locked(node, prime->fd, &prime->handle);
    pthread_mutex_unlock(&imports_lock);
    return result;
}

// Only of what was imported: nothing else is exported here.
static int handle_to_fd(int node, struct drm_prime_handle* prime) {
    pthread_mutex_lock(&imports_lock);
    const struct import* const entry = prime->handle == 0 ? NULL : find_import(node, prime->handle);
    prime->fd = entry == NULL ? fail(ENOENT) : fcntl(entry->buffer, F_DUPFD_CLOEXEC, 3);
    pthread_mutex_unlock(&imports_lock);
    return prime->fd < 0 ? -1 : 0;
}

static int gem_close(int node, struct drm_gem_close* closed) {
    pthread_mutex_lock(&imports_lock);
    struct import* const entry = closed->handle == 0 ? NULL : find_import(node, closed->handle);
    if (entry != NULL) {
        close(entry->buffer);
        *entry = (struct import){.handle = 0};
    }
    const int result = shim_ioctl(node, DRM_IOCTL_GEM_CLOSE, closed);
    pthread_mutex_unlock(&imports_lock);
    return result;
}

// amdgpu tells of memory of others that the GPU reaches it through its page table.
static int amdgpu_gem_op(int node, struct drm_amdgpu_gem_op* op) {
    pthread_mutex_lock(&imports_lock);
    const struct import* const entry = op->handle == 0 ? NULL : find_import(node, op->handle);
    const __u64 size = entry == NULL ? 0 : entry->size;
    pthread_mutex_unlock(&imports_lock);
    if (size == 0 || op->op != AMDGPU_GEM_OP_GET_GEM_CREATE_INFO) {
        return shim_ioctl(node, DRM_IOCTL_AMDGPU_GEM_OP, op);
    }
    *(struct drm_amdgpu_gem_create_in*)(uintptr_t)op->value = (struct drm_amdgpu_gem_create_in){
        .bo_size = size, .alignment = 4096, .domains = AMDGPU_GEM_DOMAIN_GTT};
    return 0;
}

// Dma-bufs and their fences

// A sync_file that is signaled: it can be read, as far as poll() knows.
static int signaled(int* fd) {
    *fd = eventfd(1, EFD_CLOEXEC);
    return *fd < 0 ? -1 : 0;
}

static int create_dma_buf(const struct udmabuf_create* create) {
    char path[32];
    snprintf(path, sizeof(path), "/proc/self/fd/%u", create->memfd);
    return open(path, O_RDWR | O_CLOEXEC); // a file of its own, unlike a duplicate
}

static int dma_buf_ioctl(unsigned long request, void* argument) {
    switch (request) {
    case DMA_BUF_IOCTL_EXPORT_SYNC_FILE:
        return signaled(&((struct dma_buf_export_sync_file*)argument)->fd);
    case DMA_BUF_IOCTL_SYNC:
    case DMA_BUF_IOCTL_IMPORT_SYNC_FILE:
    case DMA_BUF_SET_NAME_A:
    case DMA_BUF_SET_NAME_B:
        return 0;
    default:
        return fail(ENOTTY);
    }
}

// In place of libc's

SHOWN int ioctl(int fd, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    if (_IOC_TYPE(request) == DMA_BUF_BASE) {
        return dma_buf_ioctl(request, argument);
    }
    switch (request) {
    case UDMABUF_CREATE:
        return create_dma_buf(argument);
    case DRM_IOCTL_PRIME_FD_TO_HANDLE:
        return fd_to_handle(fd, argument);
    case DRM_IOCTL_PRIME_HANDLE_TO_FD:
        return handle_to_fd(fd, argument);
    case DRM_IOCTL_GEM_CLOSE:
        return gem_close(fd, argument);
    case DRM_IOCTL_AMDGPU_GEM_OP:
        return amdgpu_gem_op(fd, argument);
    case DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD:
        return signaled(&((struct drm_syncobj_handle*)argument)->fd);
    default:
        return shim_ioctl(fd, request, argument);
    }
}

SHOWN int open(const char* path, int flags, ...) {
    if (strcmp(path, "/dev/udmabuf") == 0) {
        return memfd_create("pretended udmabuf", MFD_CLOEXEC);
    }
    va_list arguments;
    va_start(arguments, flags);
    const int file = next_open(path, flags, arguments);
    va_end(arguments);
    return file;
}

SHOWN int open64(const char* path, int flags, ...) __attribute__((alias("open")));
