// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace parallax::v4l2 {

/// What a format code of V4L2 (V4L2_PIX_FMT_...) says, in the words of DRM.
struct PixelCode {
    std::uint32_t fourcc = 0;       ///< of DRM, for the same bytes
    bool buffer_each_plane = false; ///< each plane lies in a buffer of its own

    bool operator==(const PixelCode&) const = default;
};

/// @return nothing for what is not in the table of formats: compressed, tiled, raw.
[[nodiscard]] std::optional<PixelCode> pixel_code(std::uint32_t v4l2_code) noexcept;

/// By the four letters of V4L2's code, "NM12", upper or lower case.
[[nodiscard]] std::optional<PixelCode> pixel_code(std::string_view letters) noexcept;

} // namespace parallax::v4l2
