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

std::byte* reserve(std::size_t size) noexcept {
    void* const start = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return start == MAP_FAILED ? nullptr : static_cast<std::byte*>(start);
}

std::size_t up_to_alignment(const std::byte* address) noexcept {
    return (huge_page - reinterpret_cast<std::uintptr_t>(address) % huge_page) % huge_page;
}

/// An address range of @p size bytes, aligned to 2 MiB, reserved and without access.
/// Null where it cannot be had; then the kernel chooses the address.
std::byte* reserve_aligned(std::size_t size) noexcept {
    // Since 6.7 the kernel aligns what could be in huge pages; else there is more to ask for, and
    // the ends to give back.
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
