// SPDX-License-Identifier: MIT
#pragma once

#include "window/scene.hpp"
#include "window/state.hpp"

#include <array>
#include <string>

namespace parallax::demo {

class Session;

/// What a run of the window comes to, for people and for tests. A value.
struct Report {
    WindowState state;
    std::string window;         ///< "Wayland", "X11"
    bool process_alive = false; ///< another process looks, and has a panel
    /// Left, top, right, bottom of the panels in the window, pixels.
    std::array<std::array<float, 4>, all_panels.size()> panels{};

    [[nodiscard]] static Report of(const WindowState& state, const Session& session);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string json() const;
};

} // namespace parallax::demo
