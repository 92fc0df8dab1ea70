/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Room that an allocation leaves in the memory cgroup of the caller.
 */
#ifndef DMABUF_EXPORTER_HEADROOM_H
#define DMABUF_EXPORTER_HEADROOM_H

int exporter_headroom(void);
int exporter_headroom_order(unsigned int order);
int exporter_headroom_for_fd(void);

#endif /* DMABUF_EXPORTER_HEADROOM_H */
