/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Room that an allocation leaves in the memory cgroup of the caller.
 */
#ifndef DMABUF_EXPORTER_HEADROOM_H
#define DMABUF_EXPORTER_HEADROOM_H

/**
 * struct exporter_room - what a task is about to be charged for
 * @pages: so many that other tasks have to leave them
 */
struct exporter_room {
	unsigned long pages;
};

void exporter_headroom_create(void);
int exporter_headroom_order(struct exporter_room *room, unsigned int order);
int exporter_headroom_for_dmabuf(struct exporter_room *room);
int exporter_headroom_for_fd(struct exporter_room *room);
void exporter_headroom_end(struct exporter_room *room);

#endif /* DMABUF_EXPORTER_HEADROOM_H */
