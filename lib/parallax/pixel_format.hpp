// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parallax {

/// One pixel as people see it: 8 bits a channel, not premultiplied.
struct Rgba8 {
    std::uint8_t r = 0;   ///< red
    std::uint8_t g = 0;   ///< green
    std::uint8_t b = 0;   ///< blue
    std::uint8_t a = 255; ///< alpha; 255 is opaque

    bool operator==(const Rgba8&) const = default;
};

/// A packed single-plane format, named as in drm_fourcc.h: the name reads from the most to the
/// least significant bit of a little-endian word, so XRGB8888 lies in memory as B, G, R, X.
struct PixelFormat {
    std::string_view name; ///< "XRGB8888"
    std::uint32_t fourcc;  ///< DRM_FORMAT_XRGB8888
    std::uint32_t bytes;   ///< per pixel
    bool has_alpha;        ///< an X channel reads as opaque

    /// Writes pixels.size() pixels at the start of @p row. Channels of fewer bits are rounded to
    /// the nearest value; an X channel is written as all ones.
    void (*pack)(std::span<const Rgba8> pixels, std::span<std::byte> row);

    /// Reads pixels.size() pixels from the start of @p row. Channels of fewer bits are scaled to 8
    /// and rounded to nearest, which is what Vulkan's UNORM conversion does.
    void (*unpack)(std::span<const std::byte> row, std::span<Rgba8> pixels);
};

/// Every format that the project knows; the first is the default.
[[nodiscard]] std::span<const PixelFormat> pixel_formats() noexcept;

/// By name, upper or lower case; null if unknown.
[[nodiscard]] const PixelFormat* find_pixel_format(std::string_view name) noexcept;
/// By fourcc; null if unknown.
[[nodiscard]] const PixelFormat* find_pixel_format(std::uint32_t fourcc) noexcept;

/// "XRGB8888, ARGB8888, ..." for messages and help.
[[nodiscard]] std::string pixel_format_names();

} // namespace parallax
