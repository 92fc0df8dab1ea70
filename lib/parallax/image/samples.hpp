// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/comparison.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace parallax {

/// The bytes of each dma-buf that a picture lies in, in the order of PlaneLayout::buffer.
using BufferBytes = std::span<const std::span<const std::byte>>;
/// The same, to be written.
using WritableBytes = std::span<const std::span<std::byte>>;

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

namespace detail {
/// @throws std::invalid_argument with what fault_of() finds, if it does.
void require_no_fault(const ImageLayout& layout, BufferBytes memory);
/// The same.
void require_no_fault(const ImageLayout& layout, WritableBytes memory);
} // namespace detail

} // namespace parallax
