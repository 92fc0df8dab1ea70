// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace parallax::demo {

/// A part of the desktop, in its units: a window, or a monitor. A value.
struct Rectangle {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;

    /// The area that both cover.
    [[nodiscard]] std::int64_t shared_with(const Rectangle& other) const {
        const std::int64_t across =
            std::min(x + width, other.x + other.width) - std::max(x, other.x);
        const std::int64_t down =
            std::min(y + height, other.y + other.height) - std::max(y, other.y);
        return std::max<std::int64_t>(across, 0) * std::max<std::int64_t>(down, 0);
    }
};

/// The monitor that shows most of a window; nothing where none shows any of it.
[[nodiscard]] inline std::optional<std::size_t>
monitor_with_most(const Rectangle& window, std::span<const Rectangle> monitors) {
    std::optional<std::size_t> best;
    std::int64_t most = 0;
    for (std::size_t i = 0; i < monitors.size(); ++i) {
        if (const std::int64_t shared = monitors[i].shared_with(window); shared > most) {
            most = shared;
            best = i;
        }
    }
    return best;
}

} // namespace parallax::demo
