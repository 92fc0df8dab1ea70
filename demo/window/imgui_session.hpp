// SPDX-License-Identifier: MIT
#pragma once

struct ImFont;
struct GLFWwindow;

namespace parallax::demo {

/// Dear ImGui's state for one window: its input from GLFW, its fonts. One at a time.
class ImGuiSession {
public:
    explicit ImGuiSession(GLFWwindow* window);
    ~ImGuiSession();
    ImGuiSession(const ImGuiSession&) = delete;
    ImGuiSession& operator=(const ImGuiSession&) = delete;
    ImGuiSession(ImGuiSession&&) = delete;
    ImGuiSession& operator=(ImGuiSession&&) = delete;

    /// Makes the fonts for a monitor; from DejaVu where it is installed, else Dear ImGui's own.
    /// @param pixels  size of text on this monitor, against an ordinary one.
    /// @param density pixels of the frame buffer for one unit of the window.
    void make_fonts(float pixels, float density);

    [[nodiscard]] ImFont* text() const noexcept { return text_; }
    [[nodiscard]] ImFont* title() const noexcept { return title_; }
    [[nodiscard]] ImFont* mono() const noexcept { return mono_; }

private:
    ImFont* text_ = nullptr;
    ImFont* title_ = nullptr;
    ImFont* mono_ = nullptr;
};

} // namespace parallax::demo
