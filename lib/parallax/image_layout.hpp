// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/pixel_format.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace parallax {

/// Width and height in pixels.
struct Extent {
    std::uint32_t width = 0;  ///< pixels
    std::uint32_t height = 0; ///< pixels

    bool operator==(const Extent&) const = default;
    /// How many there are.
    [[nodiscard]] constexpr std::uint64_t pixels() const { return std::uint64_t{width} * height; }
};

/// Where the pixels of one plane lie in a buffer. What exporter, importer and CPU must agree on:
/// a dma-buf itself knows bytes, not pictures.
struct ImageLayout {
    Extent extent;                       ///< of the picture, pixels
    const PixelFormat* format = nullptr; ///< a row of the table, never null once made
    std::uint64_t modifier = 0;          ///< DRM_FORMAT_MOD_LINEAR; the CPU can draw in no other
    std::uint64_t offset = 0;            ///< bytes from the start of the buffer to the first pixel
    std::uint64_t stride = 0;            ///< bytes from one row to the next; Vulkan says rowPitch

    bool operator==(const ImageLayout&) const = default;

    /// Bytes of one row's pixels, without the padding.
    [[nodiscard]] std::uint64_t row_bytes() const {
        return std::uint64_t{extent.width} * format->bytes;
    }

    /// Bytes that a buffer must hold: up to the end of the last row's pixels.
    [[nodiscard]] std::uint64_t size() const {
        return extent.height == 0 ? offset : offset + stride * (extent.height - 1) + row_bytes();
    }

    /// Byte offset of a pixel in the buffer.
    [[nodiscard]] std::uint64_t offset_of(std::uint32_t x, std::uint32_t y) const {
        return offset + stride * y + std::uint64_t{x} * format->bytes;
    }
};

/// The stride that every known driver takes: the row rounded up to 256 bytes (AMD wants 256,
/// NVIDIA 128, Intel 64).
[[nodiscard]] constexpr std::uint64_t portable_stride(std::uint32_t width, std::uint32_t bytes) {
    return (std::uint64_t{width} * bytes + 255) / 256 * 256;
}

} // namespace parallax
