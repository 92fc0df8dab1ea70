// SPDX-License-Identifier: MIT
// What V3DV needs beside Mesa's drm-shim of v3d, as a library for LD_PRELOAD before it:
//
// - The GPU's primary node, which V3DV opens and asks only for its driver and number. The shim
//   leaves its name empty; the render node stands in for it.
// - Syncobjs that can be waited for. V3DV submits in a thread of its own, and frees what that
//   thread uses when a wait is over, which the shim says at once. Here a syncobj is signaled by a
//   submission that names it, which is done when it is made, since nothing is executed.
#define _GNU_SOURCE
#include "preload.h"

#include <drm/drm.h>
#include <drm/v3d_drm.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <time.h>

// Syncobjs

enum state { unused, waiting, signaled };

// By handle; 0 is none.
static enum state states[4096];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void set(__u32 handle, enum state state) {
    if (handle != 0 && handle < sizeof(states) / sizeof(*states)) {
        states[handle] = state;
        pthread_cond_broadcast(&changed);
    }
}

static int create(struct drm_syncobj_create* created) {
    for (__u32 handle = 1; handle < sizeof(states) / sizeof(*states); ++handle) {
        if (states[handle] == unused) {
            set(handle, (created->flags & DRM_SYNCOBJ_CREATE_SIGNALED) != 0 ? signaled : waiting);
            created->handle = handle;
            return 0;
        }
    }
    return fail(ENOMEM);
}

static int set_all(const struct drm_syncobj_array* all, enum state state) {
    for (__u32 i = 0; i < all->count_handles; ++i) {
        set(((const __u32*)(uintptr_t)all->handles)[i], state);
    }
    return 0;
}

static bool is_over(const struct drm_syncobj_wait* wait) {
    const __u32* const handles = (const __u32*)(uintptr_t)wait->handles;
    __u32 over = 0;
    for (__u32 i = 0; i < wait->count_handles; ++i) {
        over += states[handles[i]] == signaled;
    }
    return over == wait->count_handles ||
           (over > 0 && (wait->flags & DRM_SYNCOBJ_WAIT_FLAGS_WAIT_ALL) == 0);
}

static int wait_for(const struct drm_syncobj_wait* wait) {
    const long second = 1000000000;
    const struct timespec until = {wait->timeout_nsec / second, wait->timeout_nsec % second};
    while (!is_over(wait)) {
        if (pthread_cond_clockwait(&changed, &lock, CLOCK_MONOTONIC, &until) == ETIMEDOUT) {
            return fail(ETIME);
        }
    }
    return 0;
}

// Those that a submission signals.
static void signal_all(__u32 flags, __u64 extensions) {
    __u64 next = (flags & DRM_V3D_SUBMIT_EXTENSION) != 0 ? extensions : 0;
    while (next != 0) {
        const struct drm_v3d_extension* const extension = (const void*)(uintptr_t)next;
        if (extension->id == DRM_V3D_EXT_ID_MULTI_SYNC) {
            const struct drm_v3d_multi_sync* const multi = (const void*)extension;
            for (__u32 i = 0; i < multi->out_sync_count; ++i) {
                set(((const struct drm_v3d_sem*)(uintptr_t)multi->out_syncs)[i].handle, signaled);
            }
        }
        next = extension->next;
    }
}

#define SIGNAL_ALL(type, argument)                                                                 \
    signal_all(((const type*)(argument))->flags, ((const type*)(argument))->extensions)

// In place of libc's

static int locked_ioctl(int fd, unsigned long request, void* argument) {
    static int (*function)(int, unsigned long, ...);
    find_next("ioctl", (void**)&function);
    switch (request) {
    case DRM_IOCTL_SYNCOBJ_CREATE:
        return create(argument);
    case DRM_IOCTL_SYNCOBJ_DESTROY:
        set(((const struct drm_syncobj_destroy*)argument)->handle, unused);
        return 0;
    case DRM_IOCTL_SYNCOBJ_WAIT:
        return wait_for(argument);
    case DRM_IOCTL_SYNCOBJ_RESET:
        return set_all(argument, waiting);
    case DRM_IOCTL_SYNCOBJ_SIGNAL:
        return set_all(argument, signaled);
    case DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE: // of a sync_file; all are signaled
        set(((const struct drm_syncobj_handle*)argument)->handle, signaled);
        return 0;
    case DRM_IOCTL_SYNCOBJ_TRANSFER: {
        const struct drm_syncobj_transfer* const transfer = argument;
        set(transfer->dst_handle, states[transfer->src_handle]);
        return 0;
    }
    case DRM_IOCTL_V3D_SUBMIT_CL:
        SIGNAL_ALL(struct drm_v3d_submit_cl, argument);
        return 0;
    case DRM_IOCTL_V3D_SUBMIT_TFU:
        SIGNAL_ALL(struct drm_v3d_submit_tfu, argument);
        return 0;
    case DRM_IOCTL_V3D_SUBMIT_CSD:
        SIGNAL_ALL(struct drm_v3d_submit_csd, argument);
        return 0;
    case DRM_IOCTL_V3D_SUBMIT_CPU:
        SIGNAL_ALL(struct drm_v3d_submit_cpu, argument);
        return 0;
    default:
        return function(fd, request, argument);
    }
}

SHOWN int ioctl(int fd, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    pthread_mutex_lock(&lock);
    const int result = locked_ioctl(fd, request, argument);
    pthread_mutex_unlock(&lock);
    return result;
}

SHOWN int open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const int file = next_open(*path == '\0' ? "/dev/dri/renderD128" : path, flags, arguments);
    va_end(arguments);
    return file;
}

SHOWN int open64(const char* path, int flags, ...) __attribute__((alias("open")));
