// SPDX-License-Identifier: MIT
#pragma once

#include "window/state.hpp"

#include "parallax/error.hpp"

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
    std::string import; ///< the method, as --import has it
    Reasons refused;    ///< why better methods would not do
    /// A panel in the window, by the name of its view: left, top, right, bottom, in pixels.
    struct PanelPlace {
        std::string_view name;
        std::array<float, 4> corners;
    };
    std::vector<PanelPlace> panels;

    [[nodiscard]] static Report of(const WindowState& state, const Session& session);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string json() const;
};

} // namespace parallax::demo
