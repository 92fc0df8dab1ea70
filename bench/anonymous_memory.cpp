// SPDX-License-Identifier: MIT
#include "anonymous_memory.hpp"

#include <sys/mman.h>

#include <cstdint>

namespace parallax::bench {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;

} // namespace

AnonymousMemory::AnonymousMemory(std::size_t size)
    : reserved_(size + huge_page,
                {.protection = PROT_READ | PROT_WRITE, .flags = MAP_PRIVATE | MAP_ANONYMOUS},
                "of memory") {
    const auto address = reinterpret_cast<std::uintptr_t>(reserved_.get().data());
    bytes_ = reserved_.get().subspan((huge_page - address % huge_page) % huge_page, size);
    ::madvise(bytes_.data(), size, MADV_HUGEPAGE); // errors ignored: uses small pages then
}

} // namespace parallax::bench
