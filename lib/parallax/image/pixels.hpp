// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace parallax {

/// The bytes of each dma-buf that a picture lies in, in the order of PlaneLayout::buffer.
using BufferBytes = std::span<const std::span<const std::byte>>;
/// The same, to be written.
using WritableBytes = std::span<const std::span<std::byte>>;

/// The fourccs of formats with red, green and blue, the default first.
[[nodiscard]] std::span<const std::uint32_t> rgb_fourccs() noexcept;

/// The fourccs that pack() and unpack() know: the same, and those of red, or red and green, alone.
[[nodiscard]] std::span<const std::uint32_t> packed_fourccs() noexcept;

/// "XRGB8888, ARGB8888, ..." for messages and help.
[[nodiscard]] std::string rgb_format_names();

/// Writes pixels.size() pixels at the start of @p row, which must hold as many; unchecked. Channels
/// of fewer bits are rounded to the nearest value. Of more bits, a channel gets one of the values
/// that are read as the same 8 bits, so that all its bits are used. An X channel is written as all
/// ones.
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
/// The same where all planes lie in one buffer, whatever PlaneLayout::buffer is.
void write_pixels(const Picture& picture, const ImageLayout& layout, std::span<std::byte> memory);

/// Reads a picture of any format of the table out of memory, rounded to 8 bits. Chroma is not
/// interpolated: pixels that share a sample get the same.
/// @throws std::invalid_argument when fault_of() finds a fault.
[[nodiscard]] Picture read_pixels(const ImageLayout& layout, BufferBytes memory);
/// The same where all planes lie in one buffer, whatever its number.
[[nodiscard]] Picture read_pixels(const ImageLayout& layout, std::span<const std::byte> memory);

/// The samples of a picture at the depth of its format, without padding: plane by plane, and in
/// each texel by texel its components. A half float is its 16 bits. A value.
struct Samples {
    std::uint32_t fourcc = 0;                           ///< of the format
    Extent extent;                                      ///< of the picture, pixels
    std::array<std::vector<std::uint16_t>, 3> planes{}; ///< as many as the format has

    bool operator==(const Samples&) const = default;
};

/// Components of a texel of a plane.
[[nodiscard]] std::size_t component_count(const FormatPlane& plane) noexcept;

/// Reads samples out of memory.
/// @throws std::invalid_argument when fault_of() finds one.
[[nodiscard]] Samples read_samples(const ImageLayout& layout, BufferBytes memory);

/// Writes samples into memory, at the layout's offsets and strides. Padding is left as it is; bits
/// of a texel that are no sample are written as ones where the format has red, green and blue, and
/// as zeros elsewhere.
/// @throws std::invalid_argument when fault_of() finds one, or the samples are of another format or
///         extent.
void write_samples(const Samples& samples, const ImageLayout& layout, WritableBytes memory);

/// The picture as samples of luma and chroma, each the nearest. Pixels that share their chroma have
/// it from the place of the siting, or from those around it.
/// @param layout its format, extent and colour.
/// @throws std::invalid_argument when the picture has another extent, or the format no luma.
[[nodiscard]] Samples to_ycbcr(const Picture& picture, const ImageLayout& layout);

/// The picture that the samples are, rounded to 8 bits.
[[nodiscard]] Picture picture_of(const Samples& samples, const YcbcrColour& colour = {});

/// The samples with the first three components of each texel inverted, and alpha, which is the
/// fourth, as it is: 1 - n; of half floats, for those from 0 to 1 that pack() writes.
[[nodiscard]] Samples negative(Samples samples);

/// Compares all samples. A pixel differs if any of its samples does, those that it shares with
/// others included. Half floats are apart by the number of half floats between them.
/// @throws std::invalid_argument when formats or extents differ.
[[nodiscard]] Comparison compare(const Samples& left, const Samples& right);

/// A picture that was read from memory, with its samples where the picture does not have all of
/// them. A value.
struct SampledPicture {
    Picture picture;                     ///< rounded to 8 bits
    std::optional<Samples> samples = {}; ///< of luma and chroma, or of more than 8 bits
};

/// True if a picture has fewer bits than the format's samples, or channels that these lack, or is
/// made of luma and chroma.
[[nodiscard]] bool has_samples(const Format& format) noexcept;

/// Reads both out of memory.
/// @throws as read_pixels().
[[nodiscard]] SampledPicture read_sampled(const ImageLayout& layout, BufferBytes memory);
/// The same where all planes lie in one buffer.
[[nodiscard]] SampledPicture read_sampled(const ImageLayout& layout,
                                          std::span<const std::byte> memory);

/// Compares samples where both have them; and where these are equal or missing, the pictures.
/// @throws std::invalid_argument when extents or formats differ.
[[nodiscard]] Comparison compare(const SampledPicture& left, const SampledPicture& right);

/// Both with every colour inverted.
/// @param colour of luma and chroma.
[[nodiscard]] SampledPicture negative(SampledPicture view, const YcbcrColour& colour);

} // namespace parallax
