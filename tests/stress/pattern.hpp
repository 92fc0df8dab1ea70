// SPDX-License-Identifier: MIT
#pragma once

#include "support/node.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace stress {

using uapi::page;

/// The content of a page as a number that is unique among all pages of all buffers in all
/// processes. 0: the page is zero, as it was allocated.
using Tag = std::uint64_t;

inline const std::size_t words = page / sizeof(std::uint64_t);

/// The first word is the tag itself, so that a page that is another's says whose it is.
constexpr std::uint64_t word(Tag tag, std::size_t index) {
    return tag == 0 ? 0 : tag + index * 0x9e3779b97f4a7c15U;
}

inline void fill(std::byte* memory, Tag tag) {
    for (std::size_t i = 0; i < words; ++i) {
        const std::uint64_t value = word(tag, i);
        std::memcpy(memory + i * sizeof(value), &value, sizeof(value));
    }
}

/// @return the first word that is not as fill() left it, or `words` if all are. Neither allocates
/// nor throws: a forked child calls it too.
inline std::size_t first_wrong(const std::byte* memory, Tag tag) {
    for (std::size_t i = 0; i < words; ++i) {
        std::uint64_t value = 0;
        std::memcpy(&value, memory + i * sizeof(value), sizeof(value));
        if (value != word(tag, i)) {
            return i;
        }
    }
    return words;
}

} // namespace stress
