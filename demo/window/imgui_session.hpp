// SPDX-License-Identifier: MIT
#pragma once

#include "window/pointer.hpp"

#include <glm/vec2.hpp>

#include <chrono>

struct ImFont;

namespace parallax::demo {

/// Dear ImGui's state for one window: its input, its fonts. One at a time.
class ImGuiSession {
public:
    ImGuiSession();
    ~ImGuiSession();
    ImGuiSession(const ImGuiSession&) = delete;
    ImGuiSession& operator=(const ImGuiSession&) = delete;
    ImGuiSession(ImGuiSession&&) = delete;
    ImGuiSession& operator=(ImGuiSession&&) = delete;

    /// Makes the fonts for a monitor; from DejaVu where it is installed, else Dear ImGui's own.
    /// @param pixels  size of text on this monitor, against an ordinary one.
    /// @param density pixels of the frame buffer for one unit of the window.
    void make_fonts(float pixels, float density);

    /// Input of the pointer, for the next begin_frame().
    static void take(const PointerInput& input);

    /// Begins a frame of Dear ImGui.
    /// @param window  its size, in its units.
    /// @param density as for make_fonts().
    void begin_frame(glm::vec2 window, float density);

    [[nodiscard]] ImFont* text() const noexcept { return text_; }
    [[nodiscard]] ImFont* title() const noexcept { return title_; }
    [[nodiscard]] ImFont* mono() const noexcept { return mono_; }

private:
    ImFont* text_ = nullptr;
    ImFont* title_ = nullptr;
    ImFont* mono_ = nullptr;
    std::chrono::steady_clock::time_point last_frame_ = std::chrono::steady_clock::now();
};

} // namespace parallax::demo
