// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/mapping.hpp"

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/page_size.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <linux/dma-buf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace parallax {
namespace {

std::byte* reserve(std::size_t size) noexcept {
    void* const start = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return start == MAP_FAILED ? nullptr : static_cast<std::byte*>(start);
}

std::size_t up_to_alignment(const std::byte* address, std::size_t alignment) noexcept {
    return (alignment - reinterpret_cast<std::uintptr_t>(address) % alignment) % alignment;
}

/// An address range of @p size bytes, aligned to @p alignment, reserved and without access.
/// Null if there is none; the kernel chooses the address then.
std::byte* reserve_aligned(std::size_t size, std::size_t alignment) noexcept {
    // Since 6.7 the kernel aligns mappings that could use huge pages. Otherwise reserve more and
    // unmap the ends.
    std::byte* const exact = reserve(size);
    if (exact == nullptr || up_to_alignment(exact, alignment) == 0) {
        return exact;
    }
    ::munmap(exact, size);
    std::byte* const start = reserve(size + alignment);
    if (start == nullptr) {
        return nullptr;
    }
    const std::size_t before = up_to_alignment(start, alignment);
    const std::size_t after = alignment - before;
    if (before != 0) {
        ::munmap(start, before);
    }
    ::munmap(start + before + size, after); // before is less than alignment
    return start + before;
}

std::uint64_t direction(Protection access) noexcept {
    return access == Protection::read ? DMA_BUF_SYNC_READ : DMA_BUF_SYNC_RW;
}

int sync(int fd, std::uint64_t flags) noexcept {
    dma_buf_sync request{.flags = flags};
    return retry_ioctl(fd, DMA_BUF_IOCTL_SYNC, &request) == 0 ? 0 : errno;
}

} // namespace

MappedBytes::MappedBytes(std::size_t size, const Options& options, std::string_view what) {
    void* const start =
        ::mmap(options.address, size, options.protection, options.flags, options.fd, 0);
    if (start == MAP_FAILED) {
        throw_errno(text::format("cannot map {} bytes {}", size, what));
    }
    start_ = {static_cast<std::byte*>(start), Unmap{size}};
}

void MappedBytes::Unmap::operator()(std::byte* start) const noexcept {
    ::munmap(start, size);
}

Mapping::Mapping(const DmaBuf& buffer, Protection protection)
    : fd_(buffer.duplicate()),
      protection_(protection) {
    const std::size_t size = buffer.size();
    const std::size_t reach = page_table_reach();
    std::byte* const wish = size >= reach ? reserve_aligned(size, reach) : nullptr;
    try {
        // MAP_FIXED replaces only the reservation made just now.
        bytes_ = {
            size,
            {.protection = protection == Protection::read ? PROT_READ : PROT_READ | PROT_WRITE,
             .flags = MAP_SHARED | (wish != nullptr ? MAP_FIXED : 0),
             .fd = fd_.get(),
             .address = wish},
            "of a dma-buf"};
    } catch (...) {
        if (wish != nullptr) {
            ::munmap(wish, size);
        }
        throw;
    }
}

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
