// SPDX-License-Identifier: MIT
#pragma once

#include "window/event.hpp"
#include "window/rectangle.hpp"

#include "offscreen/instance.hpp"
#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"

#include <glm/vec2.hpp>

#include <chrono>
#include <expected>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

struct GLFWwindow;

namespace parallax::demo {

/// The window and its input. On Wayland and on X11.
///
/// One may exist at a time, in the main thread: the library behind it, GLFW, is started with it
/// and ends with it.
class GlfwWindow {
public:
    /// @param size in the window system's own units, which are pixels except on Wayland.
    /// @return the window, or why this machine shows none.
    [[nodiscard]] static std::expected<GlfwWindow, Reasons> create(Extent size);

    [[nodiscard]] GLFWwindow* handle() const noexcept { return window_.get(); }

    /// "Wayland" or "X11".
    [[nodiscard]] static std::string_view platform() noexcept;

    /// What a Vulkan instance needs to present to the window.
    [[nodiscard]] static std::vector<const char*> instance_extensions();
    [[nodiscard]] vk::raii::SurfaceKHR create_surface(const Instance& instance) const;

    /// Takes in what happened since the last call. If that is nothing, sleeps until something
    /// happens, for so long at most; where nothing can be seen of the window, for a tenth of a
    /// second at least.
    void wait(std::chrono::duration<double> most);
    void poll() { wait({}); }

    /// The input since the last clear_events(), in its order.
    [[nodiscard]] std::span<const Event> events() const noexcept { return input_->events; }
    void clear_events() noexcept { input_->events.clear(); }

    [[nodiscard]] bool should_close() const noexcept;
    /// Whether the window system is still there. On X11, where the program cannot outlive it, it
    /// ends with ExitStatus::failed instead.
    [[nodiscard]] bool connected() const noexcept;
    // As the window system has said up to the last wait(): none of these asks it.
    [[nodiscard]] vk::Extent2D framebuffer() const noexcept; ///< pixels; 0 when minimised
    [[nodiscard]] bool visible() const noexcept;             ///< neither minimised nor empty

    /// Size of text and buttons: 1 on an ordinary monitor, 2 on one with twice the pixels.
    [[nodiscard]] float content_scale() const noexcept { return input_->content_scale; }

    /// Pixels of the frame buffer for one unit of the window: 1 but on Wayland.
    [[nodiscard]] float density() const noexcept;

    void resize(Extent size) noexcept;
    void toggle_full_screen() noexcept; ///< on the monitor that shows most of the window

private:
    struct Input {
        std::vector<Event> events;
        glm::vec2 place{}; // of the pointer, after these
        glm::ivec2 size{};
        glm::ivec2 framebuffer{};
        float content_scale = 1;
        bool minimised = false;
    };
    struct End {
        void operator()(GLFWwindow* window) const noexcept;
    };

    explicit GlfwWindow(GLFWwindow* window);
    static Input& input_of(GLFWwindow* window) noexcept;
    static void add(GLFWwindow* window, PointerInput input);

    std::unique_ptr<GLFWwindow, End> window_;
    std::unique_ptr<Input> input_; // keeps its address: the window's callbacks know it
    Rectangle windowed_;           // where it was before full screen
};

} // namespace parallax::demo
