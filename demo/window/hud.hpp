// SPDX-License-Identifier: MIT
#pragma once

#include "window/event.hpp"
#include "window/imgui_session.hpp"
#include "window/panel_renderer.hpp"
#include "window/scene.hpp"
#include "window/state.hpp"

#include "report/verdict.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace parallax::demo {

/// One place in the memory as both sides read it, in the same frame.
struct Microscope {
    glm::ivec2 place{0, 0};   ///< pixel of the picture
    std::uint64_t offset = 0; ///< of its first byte in the buffer
    std::uint32_t bytes = 4;  ///< of one pixel
    std::array<std::byte, 4> cpu{};
    std::array<std::byte, 4> gpu{};
    std::array<std::uint32_t, microscope_field.pixels()> cpu_texels{};
    std::array<std::uint32_t, microscope_field.pixels()> gpu_texels{};
};

/// What the heads-up panel shows in one frame. Everything is borrowed.
struct HudData {
    const WindowState& state;
    const Scene& scene;
    const ImageLayout& layout;
    const std::vector<Fact>& facts; ///< that stay as long as the shared image does
    const Microscope& microscope;
    const char* life_refusal; ///< null if the GPU can run Life
};

/// How the window is divided, in its own units.
struct HudLayout {
    glm::vec2 window;
    float unit;         ///< length that is one pixel on an ordinary monitor
    float scene_height; ///< above the heads-up panel

    /// The scene gets what its panels need in one row, the parts below it what makes them
    /// readable; what is left belongs to the scene.
    /// @param shown the panel is wanted; a small window has no room for it all the same.
    [[nodiscard]] static HudLayout of(glm::vec2 window, float unit, bool shown, Extent picture,
                                      const Panels& panels);

    /// What the scene is seen in; a small window has no words in it.
    [[nodiscard]] Viewport viewport() const;
    [[nodiscard]] bool has_hud() const { return scene_height < window.y; }
    bool operator==(const HudLayout&) const = default;

    /// From clip space of the scene's viewport to window units, and back.
    [[nodiscard]] glm::vec2 from_clip(glm::vec2 clip) const {
        return (clip + 1.0F) * 0.5F * glm::vec2(window.x, scene_height);
    }
    [[nodiscard]] glm::vec2 to_clip(glm::vec2 place) const {
        return place / glm::vec2(window.x, scene_height) * 2.0F - 1.0F;
    }
};

/// Says it all to Dear ImGui, between its NewFrame and Render. Buttons become events.
void show_hud(const HudData& data, const HudLayout& layout, const ImGuiSession& fonts,
              std::vector<Event>& events);

} // namespace parallax::demo
