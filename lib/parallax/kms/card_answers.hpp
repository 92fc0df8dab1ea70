// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/kms/display_state.hpp"
#include "parallax/kms/framebuffer.hpp"

#include <xf86drmMode.h>

#include <cstdint>
#include <string>
#include <vector>

namespace parallax::kms {

/// A connector, and what is connected to it.
struct ConnectorAnswer {
    std::uint32_t id = 0;                                 ///< DRM's object id
    std::string name;                                     ///< "HDMI-A-1"
    drmModeConnection connection = DRM_MODE_DISCONNECTED; ///< as found by a probe
    std::uint32_t possible_crtcs = 0;                     ///< a bit for each CRTC that can feed it
    std::vector<drmModeModeInfo> modes = {};              ///< of the monitor
};

/// A plane, and what it can do.
struct PlaneAnswer {
    std::uint32_t id = 0;                    ///< DRM's object id
    std::uint32_t possible_crtcs = 0;        ///< a bit for each CRTC that can show it
    std::vector<std::uint32_t> formats = {}; ///< fourccs
};

/// The input of choose_output(). A value: tests make it up.
struct CardAnswers {
    std::string driver;                      ///< the kernel driver's name
    std::vector<ConnectorAnswer> connectors; ///< connected or not, in the order of the driver
    std::vector<std::uint32_t> crtcs;        ///< DRM's object ids, in the order of the bits above
    std::vector<PlaneAnswer> planes;         ///< of every type
    DisplayState state;                      ///< the present state of all of these
};

/// Asks the driver, and has it probe its connectors, which is slow with some monitors.
/// @throws std::system_error with the errno of an ioctl.
[[nodiscard]] CardAnswers ask_card(const Card& card);

/// The nodes of cards in /dev/dri, sorted.
[[nodiscard]] std::vector<std::string> card_nodes();

/// The driver of each card in /dev/dri, with or without a display; empty for one that this process
/// cannot ask.
[[nodiscard]] std::vector<std::string> card_drivers();

} // namespace parallax::kms
