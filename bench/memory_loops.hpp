// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace parallax::bench {

/// Writes one byte of every page.
void touch_pages(std::span<std::byte> memory);

/// Lets the processor forget its translations of addresses (the TLB), though the page tables stay
/// as they are: what it does then is what it does at first touch, less the page faults.
/// @throws std::system_error without memory.
void forget_translations();

/// Writes all of it, 8 bytes at a time. @p memory is whole words.
void write_words(std::span<std::byte> memory, std::uint64_t value);

/// Reads all of it, 8 bytes at a time. @return something that depends on every word.
[[nodiscard]] std::uint64_t read_words(std::span<const std::byte> memory);

} // namespace parallax::bench
