// SPDX-License-Identifier: MIT
// For libraries that are loaded before one of Mesa's drm-shims, and stand in for functions of libc
// as it does. Included first, with _GNU_SOURCE.
#pragma once

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#define SHOWN __attribute__((visibility("default")))

static inline int fail(int error) {
    errno = error;
    return -1;
}

// Sets a pointer to the function of that name in the library after this one: the shim's at last.
static inline void find_next(const char* name, void** function) {
    if (*function == NULL && (*function = dlsym(RTLD_NEXT, name)) == NULL) {
        fprintf(stderr, "there is no %s\n", name);
        abort();
    }
}

// open() of the library after this one. The arguments hold the mode, if the flags need one.
static inline int next_open(const char* path, int flags, va_list arguments) {
    static int (*function)(const char*, int, ...);
    const mode_t mode =
        (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
    find_next("open", (void**)&function);
    return function(path, flags, mode);
}
