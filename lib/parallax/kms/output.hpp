// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/kms/card_answers.hpp"
#include "parallax/kms/framebuffer.hpp"

#include <xf86drmMode.h>

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace parallax::kms {

/// The path from a framebuffer to a display: plane, CRTC, connector and mode. A value.
struct Output {
    std::string connector_name;              ///< "HDMI-A-1"
    std::uint32_t connector = 0;             ///< DRM's object id
    std::uint32_t crtc = 0;                  ///< DRM's object id
    std::uint32_t plane = 0;                 ///< a primary plane
    drmModeModeInfo mode = {};               ///< timings
    std::vector<std::uint32_t> formats = {}; ///< fourccs that the plane takes

    /// Pixels that the mode shows.
    [[nodiscard]] Extent extent() const {
        return {.width = mode.hdisplay, .height = mode.vdisplay};
    }
};

/// Optional constraints on the output.
struct OutputWishes {
    std::string connector = {}; ///< its name; empty: one that shows a picture now, or is connected
    std::string mode = {};      ///< "1024x768" or "1024x768@60"; empty: the display's preferred one
};

/// Chooses an output. A pure function: no device is asked. No other connector loses its CRTC or its
/// plane; a CRTC that feeds several connectors is used only when no other is free, and all of them
/// show the picture then.
/// @return the output, or the reasons, with the names of the existing connectors or modes.
[[nodiscard]] std::expected<Output, Reasons> choose_output(const CardAnswers& answers,
                                                           const OutputWishes& wishes);

/// The same for a card, which it asks first.
/// @throws std::system_error with the errno of an ioctl.
[[nodiscard]] std::expected<Output, Reasons> choose_output(const Card& card,
                                                           const OutputWishes& wishes);

} // namespace parallax::kms
