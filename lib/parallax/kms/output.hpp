// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/image_layout.hpp"
#include "parallax/kms/card.hpp"

#include <xf86drmMode.h>

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace parallax::kms {

/// The way from a framebuffer to a display: which plane of which CRTC feeds which connector, and in
/// which mode. A value; the numbers are DRM's object ids.
struct Output {
    std::string connector_name;              ///< "HDMI-A-1"
    std::uint32_t connector = 0;             ///< DRM's object id
    std::uint32_t crtc = 0;                  ///< DRM's object id
    std::uint32_t plane = 0;                 ///< the CRTC's primary plane
    drmModeModeInfo mode = {};               ///< timings
    std::vector<std::uint32_t> formats = {}; ///< fourccs that the plane takes

    /// Pixels that the mode shows.
    [[nodiscard]] Extent extent() const {
        return {.width = mode.hdisplay, .height = mode.vdisplay};
    }
};

/// Which output is wanted, as far as somebody cares.
struct OutputWishes {
    std::string connector = {}; ///< its name; empty: the first that something is connected to
    std::string mode = {};      ///< "1024x768" or "1024x768@60"; empty: the display's preferred one
};

/// @return the output, or the reasons, with the names of the connectors or modes that there are.
[[nodiscard]] std::expected<Output, Reasons> choose_output(const Card& card,
                                                           const OutputWishes& wishes);

} // namespace parallax::kms
