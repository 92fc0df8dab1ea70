// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/mapping.hpp"

#include "parallax/dmabuf/dma_buf.hpp"

#include <sys/mman.h>

#include <cstdint>

namespace parallax {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;

std::byte* reserve(std::size_t size) noexcept {
    void* const start = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return start == MAP_FAILED ? nullptr : static_cast<std::byte*>(start);
}

std::size_t up_to_alignment(const std::byte* address) noexcept {
    return (huge_page - reinterpret_cast<std::uintptr_t>(address) % huge_page) % huge_page;
}

/// An address range of @p size bytes, aligned to 2 MiB, reserved and without access.
/// Null if there is none; the kernel chooses the address then.
std::byte* reserve_aligned(std::size_t size) noexcept {
    // Since 6.7 the kernel aligns mappings that could use huge pages. Otherwise reserve more and
    // unmap the ends.
    std::byte* const exact = reserve(size);
    if (exact == nullptr || up_to_alignment(exact) == 0) {
        return exact;
    }
    ::munmap(exact, size);
    std::byte* const start = reserve(size + huge_page);
    if (start == nullptr) {
        return nullptr;
    }
    const std::size_t before = up_to_alignment(start);
    const std::size_t after = huge_page - before;
    if (before != 0) {
        ::munmap(start, before);
    }
    ::munmap(start + before + size, after); // before is less than 2 MiB
    return start + before;
}

} // namespace

Mapping::Mapping(const DmaBuf& buffer, Protection protection)
    : fd_(buffer.duplicate()),
      protection_(protection) {
    const std::size_t size = buffer.size();
    std::byte* const wish = size >= huge_page ? reserve_aligned(size) : nullptr;
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
