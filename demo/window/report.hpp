// SPDX-License-Identifier: MIT
#pragma once

#include "window/state.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo {

class Session;

/// What a run of the window comes to, for people and for tests. A value.
struct Report {
    WindowState state;
    std::string window; ///< "Wayland", "X11"
    /// A panel in the window, by the name of its view: left, top, right, bottom, in pixels.
    struct Panel {
        std::string_view name;
        std::array<float, 4> corners;
    };
    std::vector<Panel> panels;

    [[nodiscard]] static Report of(const WindowState& state, const Session& session);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string json() const;
};

} // namespace parallax::demo
