// SPDX-License-Identifier: MIT
#include "anonymous_memory.hpp"

#include "parallax/dmabuf/page_size.hpp"

#include <sys/mman.h>

#include <cstdint>

namespace parallax::bench {

AnonymousMemory::AnonymousMemory(std::size_t size)
    : reserved_(size + page_table_reach(),
                {.protection = PROT_READ | PROT_WRITE, .flags = MAP_PRIVATE | MAP_ANONYMOUS},
                "of memory") {
    const auto address = reinterpret_cast<std::uintptr_t>(reserved_.get().data());
    const std::size_t reach = page_table_reach();
    bytes_ = reserved_.get().subspan((reach - address % reach) % reach, size);
    ::madvise(bytes_.data(), size, MADV_HUGEPAGE); // errors ignored: uses small pages then
}

} // namespace parallax::bench
