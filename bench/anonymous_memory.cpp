// SPDX-License-Identifier: MIT
#include "anonymous_memory.hpp"

#include "parallax/error.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <format>

namespace parallax::bench {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;

std::span<std::byte> reserve(std::size_t size) {
    void* const start =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) {
        throw_errno(std::format("cannot map {} bytes", size));
    }
    return {static_cast<std::byte*>(start), size};
}

} // namespace

AnonymousMemory::AnonymousMemory(std::size_t size) : reserved_(reserve(size + huge_page)) {
    const auto address = reinterpret_cast<std::uintptr_t>(reserved_.data());
    bytes_ = reserved_.subspan((huge_page - address % huge_page) % huge_page, size);
    ::madvise(bytes_.data(), size, MADV_HUGEPAGE); // where there are none, small pages do
}

AnonymousMemory::~AnonymousMemory() {
    ::munmap(reserved_.data(), reserved_.size());
}

} // namespace parallax::bench
