// SPDX-License-Identifier: MIT
// For libraries that are loaded before one of Mesa's drm-shims, and stand in for functions of libc
// as it does. Included first, with _GNU_SOURCE.
#pragma once

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

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
