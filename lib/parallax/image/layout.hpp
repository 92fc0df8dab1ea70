// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/format.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>

namespace parallax {

/// Width and height in pixels.
struct Extent {
    std::uint32_t width = 0;  ///< pixels
    std::uint32_t height = 0; ///< pixels

    bool operator==(const Extent&) const = default;
    /// Width times height.
    [[nodiscard]] constexpr std::uint64_t pixels() const { return std::uint64_t{width} * height; }
};

/// The place of one plane's rows.
struct PlaneLayout {
    std::uint32_t buffer = 0; ///< index of the dma-buf, if planes lie in several
    std::uint64_t offset = 0; ///< bytes from the start of that buffer to the first row
    std::uint64_t stride = 0; ///< bytes from one row to the next; Vulkan says rowPitch

    bool operator==(const PlaneLayout&) const = default;
};

/// The place of a picture in memory, on which exporter, importer and CPU must agree: a dma-buf has
/// bytes and a size only. Plain data, valid in any process.
struct ImageLayout {
    Extent extent;              ///< of the picture, pixels
    std::uint32_t fourcc = 0;   ///< DRM_FORMAT_...
    std::uint64_t modifier = 0; ///< DRM_FORMAT_MOD_LINEAR, the only one that the CPU can draw in
    YcbcrEncoding encoding = YcbcrEncoding::bt601; ///< of YCbCr formats
    YcbcrRange range = YcbcrRange::limited;        ///< of YCbCr formats
    ChromaSiting siting = ChromaSiting::left;      ///< of YCbCr formats
    std::array<PlaneLayout, 4> planes{};           ///< as many as the format has, then defaults

    bool operator==(const ImageLayout&) const = default;

    /// The row of fourcc in the table of formats.
    /// @throws std::invalid_argument for a fourcc that is not in the table, as do all that follow.
    [[nodiscard]] const Format& format() const { return format_of(fourcc); }

    /// The meaning of YCbCr samples.
    [[nodiscard]] YcbcrColour colour() const {
        return {.encoding = encoding, .range = range, .siting = siting};
    }
    /// The same layout of samples with another meaning.
    [[nodiscard]] ImageLayout with(const YcbcrColour& colour) const {
        ImageLayout result = *this;
        result.encoding = colour.encoding;
        result.range = colour.range;
        result.siting = colour.siting;
        return result;
    }

    /// Texels of a plane: fewer than pixels where the format subsamples.
    [[nodiscard]] Extent plane_extent(std::size_t plane) const {
        const FormatPlane& part = format().planes.at(plane);
        return {.width = (extent.width + part.width - 1) / part.width,
                .height = (extent.height + part.height - 1) / part.height};
    }

    /// Bytes of one row's texels, without the padding.
    [[nodiscard]] std::uint64_t row_bytes(std::size_t plane = 0) const {
        return std::uint64_t{plane_extent(plane).width} * format().planes.at(plane).bytes;
    }

    /// Byte after the last row's texels of a plane, from the start of its buffer; UINT64_MAX where
    /// it is beyond that.
    [[nodiscard]] std::uint64_t end_of(std::size_t plane) const;

    /// Number of buffers that the planes lie in.
    [[nodiscard]] std::uint32_t buffer_count() const;

    /// Bytes that a buffer must hold for the planes that lie in it: up to the end of the last row's
    /// texels. UINT64_MAX, which none holds, where they end beyond that.
    [[nodiscard]] std::uint64_t size(std::uint32_t buffer = 0) const;

    /// Byte offset of a pixel's texel in the plane's buffer.
    [[nodiscard]] std::uint64_t offset_of(std::uint32_t x, std::uint32_t y,
                                          std::size_t plane = 0) const {
        const FormatPlane& part = format().planes.at(plane);
        return planes.at(plane).offset + planes.at(plane).stride * (y / part.height) +
               std::uint64_t{x / part.width} * part.bytes;
    }

    /// True if all planes lie in the same buffer.
    [[nodiscard]] bool in_one_buffer() const;

    /// A plane as a picture of its own, of one plane, in its own format; its buffer is buffer 0.
    [[nodiscard]] ImageLayout plane_layout(std::size_t plane) const;
};

/// The layout of a format that has one plane.
[[nodiscard]] constexpr ImageLayout packed_layout(Extent extent, std::uint32_t fourcc,
                                                  std::uint64_t stride, std::uint64_t offset = 0) {
    return {.extent = extent,
            .fourcc = fourcc,
            .planes = {{{.buffer = 0, .offset = offset, .stride = stride}}}};
}

/// The stride in bytes that every known driver takes: the row rounded up to 256 bytes (AMD needs
/// 256, NVIDIA 128, Intel 64) and to whole texels.
/// @param width texels in a row.
/// @param bytes of a texel.
[[nodiscard]] constexpr std::uint64_t portable_stride(std::uint32_t width, std::uint32_t bytes) {
    const std::uint64_t unit = std::lcm(std::uint64_t{256}, std::uint64_t{bytes});
    return (std::uint64_t{width} * bytes + unit - 1) / unit * unit;
}

/// Where the planes of a picture lie: one after the other in one dma-buf, or each in its own.
enum class PlanePlacement : std::uint32_t { one_buffer, buffer_each };

/// The layout with portable_stride(), of which every plane begins at a multiple of 4096 bytes.
[[nodiscard]] ImageLayout portable_layout(Extent extent, std::uint32_t fourcc,
                                          PlanePlacement placement = PlanePlacement::one_buffer);

/// Checks a layout of untrusted numbers: that planes lie within their buffers and do not overlap,
/// that a stride is not shorter than a row, and that width and height are multiples of
/// Format::block_width() and block_height(). The modifier is not looked at; an extent of 0 is no
/// fault.
/// @param sizes bytes that each buffer holds.
/// @return the fault, with the numbers; empty if there is none.
/// @throws std::invalid_argument for a fourcc that is not in the table.
[[nodiscard]] std::string fault_of(const ImageLayout& layout, std::span<const std::uint64_t> sizes);

} // namespace parallax
