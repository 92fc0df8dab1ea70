// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/mapping.hpp"

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/page_size.hpp"

#include <sys/mman.h>

#include <cstdint>

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

} // namespace

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

} // namespace parallax
