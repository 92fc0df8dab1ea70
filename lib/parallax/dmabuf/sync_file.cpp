// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/sync_file.hpp"

#include "parallax/system_call.hpp"

#include <linux/dma-buf.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <cerrno>

namespace parallax {
namespace {

std::uint32_t flags_of(Access access) {
    return access == Access::read ? DMA_BUF_SYNC_READ : DMA_BUF_SYNC_WRITE;
}

/// poll() on a dma-buf: readable when the writers are done, writable when the readers are, too.
short event_of(Access access) {
    return static_cast<short>(access == Access::read ? POLLIN : POLLOUT);
}

/// @return whether the event came before the timeout (milliseconds, -1 for none).
bool poll_for(int fd, short event, int timeout) {
    pollfd waiting{.fd = fd, .events = event, .revents = 0};
    int ready = 0;
    do {
        ready = ::poll(&waiting, 1, timeout);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) {
        throw_errno("cannot wait for a fence");
    }
    return (waiting.revents & event) != 0;
}

} // namespace

std::optional<SyncFile> SyncFile::export_from(const DmaBuf& buffer, Access access) {
    dma_buf_export_sync_file request{.flags = flags_of(access), .fd = -1};
    if (retry_ioctl(buffer.fd(), DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &request) == 0) {
        return SyncFile(UniqueFd(request.fd));
    }
    if (errno == ENOTTY) {
        return std::nullopt;
    }
    throw_errno("cannot export a dma-buf's fences");
}

void SyncFile::import_into(const DmaBuf& buffer, Access access) const {
    dma_buf_import_sync_file request{.flags = flags_of(access), .fd = fd_.get()};
    if (retry_ioctl(buffer.fd(), DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &request) != 0) {
        throw_errno("cannot leave a fence in a dma-buf");
    }
}

bool SyncFile::signaled() const {
    return poll_for(fd_.get(), POLLIN, 0);
}

bool is_idle(const DmaBuf& buffer, Access access) {
    return poll_for(buffer.fd(), event_of(access), 0);
}

void wait_until_idle(const DmaBuf& buffer, Access access) {
    static_cast<void>(poll_for(buffer.fd(), event_of(access), -1));
}

} // namespace parallax
