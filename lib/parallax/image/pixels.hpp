// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace parallax {

/// The fourccs that pack() and unpack() know, the default first: packed RGB.
[[nodiscard]] std::span<const std::uint32_t> rgb_fourccs() noexcept;

/// "XRGB8888, ARGB8888, ..." for messages and help.
[[nodiscard]] std::string rgb_format_names();

/// Writes pixels.size() pixels at the start of @p row. Channels of fewer bits are rounded to the
/// nearest value; an X channel is written as all ones.
/// @throws std::invalid_argument for other fourccs than those of rgb_fourccs().
void pack(std::uint32_t fourcc, std::span<const Rgba8> pixels, std::span<std::byte> row);

/// Reads pixels.size() pixels from the start of @p row. Channels of fewer bits are scaled to 8 and
/// rounded to nearest, which is what Vulkan's UNORM conversion does.
/// @throws std::invalid_argument as pack() does.
void unpack(std::uint32_t fourcc, std::span<const std::byte> row, std::span<Rgba8> pixels);

/// Writes a picture into memory of any kind, at the layout's offset and stride. Padding is left as
/// it is.
/// @param memory the whole buffer, as CpuAccess gives it.
/// @throws std::invalid_argument when the format is not one of rgb_fourccs(), the picture's extent
///         is not the layout's, or the memory is too small for the layout; nothing is written then.
void write_pixels(const Picture& picture, const ImageLayout& layout, std::span<std::byte> memory);

/// Reads a picture out of memory.
/// @throws std::invalid_argument when the format is not one of rgb_fourccs(), or the memory is too
///         small for the layout.
[[nodiscard]] Picture read_pixels(const ImageLayout& layout, std::span<const std::byte> memory);

} // namespace parallax
