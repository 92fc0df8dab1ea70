// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/cpu_access.hpp"

#include "parallax/system_call.hpp"

#include <linux/dma-buf.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace parallax {
namespace {

std::uint64_t direction(Protection access) noexcept {
    return access == Protection::read ? DMA_BUF_SYNC_READ : DMA_BUF_SYNC_RW;
}

int sync(int fd, std::uint64_t flags) noexcept {
    dma_buf_sync request{.flags = flags};
    return retry_ioctl(fd, DMA_BUF_IOCTL_SYNC, &request) == 0 ? 0 : errno;
}

} // namespace

namespace detail {

void sync_start(int fd, Protection access) {
    if (const int error = sync(fd, DMA_BUF_SYNC_START | direction(access)); error != 0) {
        errno = error;
        throw_errno("DMA_BUF_IOCTL_SYNC start failed");
    }
}

int sync_end(int fd, Protection access) noexcept {
    return sync(fd, DMA_BUF_SYNC_END | direction(access));
}

void report_lost_end(int error) noexcept {
    // NOLINTNEXTLINE(modernize-use-std-print): this throws nothing
    std::fprintf(stderr, "parallax: DMA_BUF_IOCTL_SYNC end failed: %s; devices may see old data\n",
                 std::strerror(error));
}

} // namespace detail

template <>
void CpuAccess<Protection::read>::require_writable() const {}

template <>
void CpuAccess<Protection::read_write>::require_writable() const {
    if (mapping_.protection() != Protection::read_write) {
        throw std::logic_error("this dma-buf was exported read-only (its fd lacks O_RDWR), "
                               "so the CPU cannot write to it");
    }
}

} // namespace parallax
