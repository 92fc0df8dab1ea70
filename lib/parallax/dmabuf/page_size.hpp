// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <cstddef>

namespace parallax {

/// Bytes of one page of this system: 4096 on x86; on 64-bit ARM 4096, 16384 or 65536.
inline std::size_t page_size() noexcept {
    return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// Bytes that one page table maps, which is also what one large entry maps: a table is one page of
/// entries of eight bytes. 2 MiB with pages of 4 KiB, 32 MiB with 16 KiB.
inline std::size_t page_table_reach() noexcept {
    return page_size() * (page_size() / 8);
}

} // namespace parallax
