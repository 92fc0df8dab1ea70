// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/pixels.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace parallax {

/// Bits of a sample that the conversion uses; samples of more are shifted down to these.
inline constexpr std::uint32_t deepest_conversion = 12;

/// The conversion in integers, so that a CPU and any GPU compute the same colours:
///
///     y = (Y - luma_offset) * luma,  cb = Cb - middle,  cr = Cr - middle
///     R = (y               + red_cr  * cr + 0x8000) >> 16
///     G = (y - green_cb * cb - green_cr * cr + 0x8000) >> 16
///     B = (y + blue_cb * cb               + 0x8000) >> 16
///
/// each clamped to 0..255. The factors are fixed-point numbers with 16 bits after the point. The
/// struct can be the push constants of a shader: seven words of 32 bits.
struct YcbcrMatrix {
    std::int32_t luma_offset = 0; ///< Y of black, as is
    std::int32_t middle = 0;      ///< chroma of grey, as is
    std::int32_t luma = 0;        ///< of Y
    std::int32_t red_cr = 0;      ///< of Cr in R
    std::int32_t green_cb = 0;    ///< of Cb in G
    std::int32_t green_cr = 0;    ///< of Cr in G
    std::int32_t blue_cb = 0;     ///< of Cb in B

    bool operator==(const YcbcrMatrix&) const = default;
};

/// The factors for these colours and numbers.
/// @param depth bits of the samples, deepest_conversion at most.
[[nodiscard]] YcbcrMatrix ycbcr_matrix(YcbcrEncoding encoding, YcbcrRange range,
                                       std::uint32_t depth = 8);

/// One pixel's colour.
[[nodiscard]] Rgba8 to_rgb(const YcbcrMatrix& matrix, std::uint32_t y, std::uint32_t cb,
                           std::uint32_t cr);

/// Reads a picture in a format of luma and chroma out of memory. Chroma is not interpolated: pixels
/// that share a sample get the same.
/// @throws std::invalid_argument when the format is another, or fault_of() finds a fault.
[[nodiscard]] Picture read_ycbcr(const ImageLayout& layout, std::span<const std::byte> memory);

/// The largest difference of a channel, in 8 bits, between to_rgb() and a sampler that converts as
/// Vulkan allows it: "the precision of the operations performed during model conversion must be at
/// least that of the source format". docs/formats.md has the derivation.
[[nodiscard]] std::uint32_t sampler_bound(const ImageLayout& layout);

namespace detail {
/// As read_pixels() for these formats, of a layout without a fault.
[[nodiscard]] Picture ycbcr_picture(const ImageLayout& layout, BufferBytes memory);
} // namespace detail

} // namespace parallax
