/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Limits of the memory that the module may allocate.
 */
#ifndef DMABUF_EXPORTER_LIMITS_H
#define DMABUF_EXPORTER_LIMITS_H

#include <linux/types.h>

int exporter_limits_check(pgoff_t pages);
int exporter_limits_add(pgoff_t pages);
void exporter_limits_sub(pgoff_t pages);

#endif /* DMABUF_EXPORTER_LIMITS_H */
