/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much memory the module may hand out.
 */
#ifndef DMABUF_EXPORTER_LIMITS_H
#define DMABUF_EXPORTER_LIMITS_H

#include <linux/types.h>

int exporter_limits_reserve(pgoff_t pages);
void exporter_limits_release(pgoff_t pages);

#endif /* DMABUF_EXPORTER_LIMITS_H */
