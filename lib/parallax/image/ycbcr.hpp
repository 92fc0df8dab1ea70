// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace parallax {

/// The conversion in integers, so that a CPU and any GPU compute the same colours:
///
///     y = (Y - luma_offset) * luma,  cb = Cb - 128,  cr = Cr - 128
///     R = (y               + red_cr  * cr + 0x8000) >> 16
///     G = (y - green_cb * cb - green_cr * cr + 0x8000) >> 16
///     B = (y + blue_cb * cb               + 0x8000) >> 16
///
/// each clamped to 0..255. The factors are fixed-point numbers with 16 bits after the point. The
/// shader ycbcr.frag does the same; its push constants lie as this struct does.
struct YcbcrMatrix {
    std::int32_t luma_offset = 0; ///< 0 or 16, as is
    std::int32_t luma = 0;        ///< of Y
    std::int32_t red_cr = 0;      ///< of Cr in R
    std::int32_t green_cb = 0;    ///< of Cb in G
    std::int32_t green_cr = 0;    ///< of Cr in G
    std::int32_t blue_cb = 0;     ///< of Cb in B

    bool operator==(const YcbcrMatrix&) const = default;
};

/// The factors for these colours and numbers.
[[nodiscard]] YcbcrMatrix ycbcr_matrix(YcbcrEncoding encoding, YcbcrRange range);

/// One pixel's colour.
[[nodiscard]] Rgba8 to_rgb(const YcbcrMatrix& matrix, std::uint8_t y, std::uint8_t cb,
                           std::uint8_t cr);

/// Reads a picture in YUYV or NV12 out of memory. Chroma is not interpolated: pixels that share a
/// sample get the same.
/// @throws std::invalid_argument when the format is another, the memory is too small for the
/// layout,
///         or a side is odd.
[[nodiscard]] Picture read_ycbcr(const ImageLayout& layout, std::span<const std::byte> memory);

} // namespace parallax
