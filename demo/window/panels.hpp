// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace parallax::demo {

/// A panel of the window, by what it shows. The first three numbers are those of
/// shaders/panel.frag; from `viewer` on, there is one for each row of the table of viewers.
enum class Panel : std::uint32_t {
    cpu_view = 0,
    gpu_view = 1,
    difference = 2,
    viewer = 3,
};

/// Equal to viewer_count, which session_viewers.cpp asserts: parsers include this header, and the
/// table of viewers would bring in too much.
inline constexpr std::size_t most_viewers = 7;

/// In the order of their numbers.
inline constexpr auto all_panels = [] {
    std::array<Panel, static_cast<std::size_t>(Panel::viewer) + most_viewers> all{};
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        all[i] = Panel{i};
    }
    return all;
}();

/// @param kind a place in the table of viewers.
[[nodiscard]] constexpr Panel viewer_panel(std::size_t kind) noexcept {
    return all_panels[static_cast<std::size_t>(Panel::viewer) + kind];
}

/// The place in the table of viewers of such a panel.
[[nodiscard]] constexpr std::size_t number_of(Panel panel) noexcept {
    return static_cast<std::size_t>(panel) - static_cast<std::size_t>(Panel::viewer);
}

/// The panels that there are. The first three always are; a viewer's as long as it has a picture. A
/// value.
class Panels {
public:
    /// To be called in the order of their numbers.
    void add(Panel panel) { panels_[count_++] = panel; }

    [[nodiscard]] std::span<const Panel> list() const noexcept {
        return std::span(panels_).first(count_);
    }

    bool operator==(const Panels&) const = default;

private:
    std::array<Panel, all_panels.size()> panels_ = all_panels;
    std::size_t count_ = 3;
};

} // namespace parallax::demo
