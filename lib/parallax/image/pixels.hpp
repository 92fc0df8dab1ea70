// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/samples.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace parallax {

/// The fourccs of formats with red, green and blue, the default first.
[[nodiscard]] std::span<const std::uint32_t> rgb_fourccs() noexcept;

/// The fourccs that pack() and unpack() know: the same, and those of red, or red and green, alone.
[[nodiscard]] std::span<const std::uint32_t> packed_fourccs() noexcept;

/// "XRGB8888, ARGB8888, ..." for messages and help.
[[nodiscard]] std::string rgb_format_names();

/// Writes pixels.size() pixels at the start of @p row. Channels of fewer bits are rounded to the
/// nearest value. Of more bits, a channel gets one of the values that are read as the same 8 bits,
/// so that all its bits are used. An X channel is written as all ones.
/// @throws std::invalid_argument for other fourccs than those of packed_fourccs().
void pack(std::uint32_t fourcc, std::span<const Rgba8> pixels, std::span<std::byte> row);

/// Reads pixels.size() pixels from the start of @p row. Channels of fewer or more bits are scaled
/// to 8 and rounded to nearest, which is what Vulkan's UNORM conversion does.
/// @throws std::invalid_argument as pack() does.
void unpack(std::uint32_t fourcc, std::span<const std::byte> row, std::span<Rgba8> pixels);

/// Writes a picture of any format of the table into memory of any kind, at the layout's offsets and
/// strides. Padding is left as it is.
/// @param memory all bytes of each buffer, as CpuAccess gives them.
/// @throws std::invalid_argument when the picture's extent is not the layout's, or fault_of() finds
///         a fault; nothing is written then.
void write_pixels(const Picture& picture, const ImageLayout& layout, WritableBytes memory);
/// The same where all planes lie in one buffer, whatever its number.
void write_pixels(const Picture& picture, const ImageLayout& layout, std::span<std::byte> memory);

/// Reads a picture of any format of the table out of memory, rounded to 8 bits. Chroma is not
/// interpolated: pixels that share a sample get the same.
/// @throws std::invalid_argument when fault_of() finds a fault.
[[nodiscard]] Picture read_pixels(const ImageLayout& layout, BufferBytes memory);
/// The same where all planes lie in one buffer, whatever its number.
[[nodiscard]] Picture read_pixels(const ImageLayout& layout, std::span<const std::byte> memory);

} // namespace parallax
