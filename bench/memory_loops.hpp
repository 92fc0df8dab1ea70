// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace parallax::bench {

/// Writes one byte of every page.
void touch_pages(std::span<std::byte> memory);

/// Flushes the TLB without changing page tables, so that a loop afterwards costs the same as at
/// first touch, less the page faults.
/// @throws std::system_error without memory.
void flush_tlb();

/// Writes all of it, 8 bytes at a time. @p memory is whole words.
void write_words(std::span<std::byte> memory, std::uint64_t value);

/// Reads all of it, 8 bytes at a time. @return a value that depends on every word.
[[nodiscard]] std::uint64_t read_words(std::span<const std::byte> memory);

} // namespace parallax::bench
