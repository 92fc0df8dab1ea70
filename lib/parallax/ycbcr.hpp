// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image_layout.hpp"
#include "parallax/picture.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace parallax {

/// How luma and chroma lie in memory, named as in drm_fourcc.h; V4L2 uses the same fourccs.
enum class YcbcrPacking {
    yuyv, ///< one plane: Y0 Cb Y1 Cr, two pixels in four bytes
    nv12, ///< two planes: Y for each pixel, then Cb Cr for each block of 2x2
};

[[nodiscard]] std::string_view packing_name(YcbcrPacking packing) noexcept; ///< "YUYV", "NV12"
/// DRM_FORMAT_YUYV, DRM_FORMAT_NV12.
[[nodiscard]] std::uint32_t packing_fourcc(YcbcrPacking packing) noexcept;

/// Which colours the numbers mean.
enum class YcbcrEncoding { bt601, bt709, bt2020 };
/// Which numbers a sample can have.
enum class YcbcrRange {
    limited, ///< Y in 16..235, chroma in 16..240, as video has it
    full,    ///< 0..255, as JPEG has it
};

/// Where a YCbCr picture lies in one buffer.
struct YcbcrLayout {
    Extent extent;                                 ///< both sides even
    YcbcrPacking packing = YcbcrPacking::yuyv;     ///< in memory
    YcbcrEncoding encoding = YcbcrEncoding::bt601; ///< of colours
    YcbcrRange range = YcbcrRange::limited;        ///< of numbers
    std::uint64_t stride = 0; ///< bytes from one row to the next, of luma and of NV12's chroma

    bool operator==(const YcbcrLayout&) const = default;

    /// Bytes from the start of the buffer to NV12's chroma, which follows luma at once.
    [[nodiscard]] std::uint64_t chroma_offset() const { return stride * extent.height; }

    /// Bytes of the whole picture.
    [[nodiscard]] std::uint64_t size() const {
        return packing == YcbcrPacking::yuyv ? stride * extent.height
                                             : chroma_offset() + stride * (extent.height / 2);
    }
};

/// The conversion in whole numbers, so that a CPU and any GPU come to the very same colours:
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

/// Converts a picture as the CPU sees it. Chroma is not interpolated: pixels that share a sample
/// get the same.
/// @throws std::invalid_argument when the memory is too small for the layout, or a side is odd.
[[nodiscard]] Picture ycbcr_view(const YcbcrLayout& layout, std::span<const std::byte> memory);

} // namespace parallax
