// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parallax {

/// One plane of a format, as an image of texels.
struct FormatPlane {
    std::uint32_t fourcc = 0; ///< of that image: DRM_FORMAT_R8, DRM_FORMAT_GR88, ...
    std::uint32_t bytes = 0;  ///< of a texel
    std::uint32_t width = 1;  ///< pixels of the picture that a texel covers in a row
    std::uint32_t height = 1; ///< rows of the picture that a texel covers
};

/// A DRM format, named as in drm_fourcc.h: the name of a packed format reads from the most to the
/// least significant bit of a little-endian word, so XRGB8888 lies in memory as B, G, R, X.
struct Format {
    std::string_view name;               ///< "XRGB8888"
    std::uint32_t fourcc = 0;            ///< DRM_FORMAT_XRGB8888
    bool has_alpha = false;              ///< an X channel reads as opaque
    bool is_ycbcr = false;               ///< luma and chroma; else red, green and blue
    std::uint32_t plane_count = 1;       ///< valid entries of planes
    std::array<FormatPlane, 3> planes{}; ///< in the order of drm_fourcc.h

    /// Bytes of a texel of the first plane: of a pixel, in a packed format without subsampling.
    [[nodiscard]] constexpr std::uint32_t bytes() const noexcept { return planes[0].bytes; }
};

/// Every format of the table, those that pack() can write first.
[[nodiscard]] std::span<const Format> formats() noexcept;

/// "YUYV, NV12": those of luma and chroma, for messages and help.
[[nodiscard]] std::string ycbcr_format_names();

/// By fourcc; null if it is not in the table.
[[nodiscard]] const Format* find_format(std::uint32_t fourcc) noexcept;
/// By name, upper or lower case; null if it is not in the table.
[[nodiscard]] const Format* find_format(std::string_view name) noexcept;
/// By fourcc.
/// @throws std::invalid_argument if it is not in the table.
[[nodiscard]] const Format& format_of(std::uint32_t fourcc);

} // namespace parallax
