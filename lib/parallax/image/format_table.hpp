// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/format.hpp"
#include "parallax/image/picture.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace parallax::detail {

/// All that is known of a format: a row of the table in format.cpp.
struct FormatRow {
    Format format;
    /// The VkFormat with the same memory layout; 0 if there is none, or it has several planes.
    std::uint32_t vulkan = 0;
    /// The VkFormat of one image with luma and chroma, all planes; 0 if there is none.
    std::uint32_t multiplanar = 0;
    /// Vulkan samples blue where the format has red, and red where it has blue.
    bool red_is_blue = false;
    /// Write and read pixels at the start of a row of memory; null unless one plane of RGB.
    void (*pack)(std::span<const Rgba8> pixels, std::span<std::byte> row) = nullptr;
    void (*unpack)(std::span<const std::byte> row, std::span<Rgba8> pixels) = nullptr;
};

/// By fourcc; null if it is not in the table.
[[nodiscard]] const FormatRow* find_format_row(std::uint32_t fourcc) noexcept;

/// Those that have a pack().
[[nodiscard]] std::span<const std::uint32_t> packed_fourccs() noexcept;
/// Of these, those that have red, green and blue.
[[nodiscard]] std::span<const std::uint32_t> rgb_fourccs() noexcept;

} // namespace parallax::detail
