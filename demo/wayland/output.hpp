// SPDX-License-Identifier: MIT
#pragma once

#include "wayland/connection.hpp"
#include "wayland/proxy.hpp"

#include "parallax/image/layout.hpp"

#include <wayland-client-protocol.h>

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace parallax::demo::wayland {

/// A screen of the compositor. Owned; its address is given to the connection.
struct Output {
    Proxy<wl_output> proxy;
    std::string name = "an output"; ///< "HDMI-A-1"
    Extent extent;                  ///< pixels of its present mode
    std::int32_t scale = 1;         ///< pixels that a unit of the compositor has, rounded up
    std::int32_t transform = WL_OUTPUT_TRANSFORM_NORMAL;
};

/// The outputs of a compositor.
/// @throws std::runtime_error as Connection::round_trip().
[[nodiscard]] std::vector<std::unique_ptr<Output>> find_outputs(const Connection& connection);

/// The first output on which a picture can be shown pixel by pixel.
/// @return it, borrowed from the list, or why there is none.
[[nodiscard]] std::expected<const Output*, Reasons>
choose_output(const std::vector<std::unique_ptr<Output>>& outputs, Extent picture);

} // namespace parallax::demo::wayland
