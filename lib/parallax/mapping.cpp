// SPDX-License-Identifier: MIT
#include "parallax/mapping.hpp"

#include "parallax/dma_buf.hpp"
#include "parallax/error.hpp"

#include <sys/mman.h>

#include <format>
#include <utility>

namespace parallax {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;

/// An address range of @p size bytes, aligned to 2 MiB, reserved and without access.
/// Null where it cannot be had; then the kernel chooses the address.
std::byte* reserve_aligned(std::size_t size) noexcept {
    const std::size_t reserved = size + huge_page;
    void* const start = ::mmap(nullptr, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) {
        return nullptr;
    }
    const auto first = reinterpret_cast<std::uintptr_t>(start);
    const std::size_t before = (huge_page - first % huge_page) % huge_page;
    auto* const aligned = static_cast<std::byte*>(start) + before;
    const std::size_t after = reserved - before - size;
    if (before != 0) {
        ::munmap(start, before);
    }
    if (after != 0) {
        ::munmap(aligned + size, after);
    }
    return aligned;
}

} // namespace

Mapping::Mapping(const DmaBuf& buffer, Protection protection)
    : fd_(buffer.duplicate()),
      size_(buffer.size()),
      protection_(protection) {
    std::byte* const wish = size_ >= huge_page ? reserve_aligned(size_) : nullptr;
    const int access = protection == Protection::read ? PROT_READ : PROT_READ | PROT_WRITE;
    // MAP_FIXED replaces only the reservation made just now.
    const int flags = MAP_SHARED | (wish != nullptr ? MAP_FIXED : 0);
    void* const address = ::mmap(wish, size_, access, flags, fd_.get(), 0);
    if (address == MAP_FAILED) {
        const int error = errno;
        if (wish != nullptr) {
            ::munmap(wish, size_);
        }
        errno = error;
        throw_errno(std::format("cannot map {} bytes of a dma-buf", size_));
    }
    address_ = static_cast<std::byte*>(address);
}

Mapping::Mapping(Mapping&& other) noexcept
    : fd_(std::move(other.fd_)),
      address_(std::exchange(other.address_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      protection_(other.protection_) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
    if (this != &other) {
        unmap();
        fd_ = std::move(other.fd_);
        address_ = std::exchange(other.address_, nullptr);
        size_ = std::exchange(other.size_, 0);
        protection_ = other.protection_;
    }
    return *this;
}

Mapping::~Mapping() {
    unmap();
}

void Mapping::unmap() noexcept {
    if (address_ != nullptr) {
        ::munmap(address_, size_);
        address_ = nullptr;
    }
}

} // namespace parallax
