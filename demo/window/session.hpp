// SPDX-License-Identifier: MIT
#pragma once

#include "window/eye.hpp"
#include "window/flight.hpp"
#include "window/glfw_window.hpp"
#include "window/gpu_views.hpp"
#include "window/hud.hpp"
#include "window/imgui_session.hpp"
#include "window/overlay_renderer.hpp"
#include "window/script.hpp"
#include "window/shared_canvas.hpp"
#include "window/state.hpp"

#include "options/machine.hpp"

#include "parallax/vulkan/swapchain_target.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace parallax::demo {

/// What is borrowed for the life of a session, and outlives it.
struct SessionParts {
    GlfwWindow& window;
    Machine& machine;
    ImGuiSession& imgui;
    WindowState& state;
    const Script& script;
    std::span<Eye* const> eyes;          ///< who else looks; as WindowState::elsewhere
    std::string exporter;                ///< its name, for people
    std::optional<std::uint64_t> frames; ///< the window closes after so many
};

/// The window at work on one Vulkan device, frame after frame: take input, let the CPU read and
/// write, let the GPU draw, show. Ends with the device; what must outlast it is in WindowState.
class Session {
public:
    Session(SessionParts parts, SharedCanvas canvas);

    /// Until the window is closed.
    /// @throws vk::DeviceLostError when the device is lost; the canvas can still be read then.
    void run();

    [[nodiscard]] const SharedCanvas& canvas() const noexcept { return canvas_; }

    /// The panels as they stand now.
    [[nodiscard]] Scene scene() const;
    [[nodiscard]] Panels panels() const;

    /// Where the panels' corners are in the window, in pixels: left, top, right, bottom.
    [[nodiscard]] std::array<float, 4> panel_rectangle(Shows panel) const;

private:
    /// What the CPU knew when it prepared a slot, to be shown with what the GPU found.
    struct Prepared {
        bool valid = false;
        std::array<bool, all_panels.size()> looked{}; // each eye, at the same bytes
        Microscope microscope;
    };

    struct BrushStroke {
        Stroke stroke;
        Brush brush; // as it was when the hand moved
    };

    /// What an eye has seen last.
    struct Look {
        std::optional<std::uint64_t> turn; // that the rows are of; nothing: of other memory
        std::vector<std::byte> rows;       // kept: the eye may be looking anew
        bool has_panel = false;
    };

    [[nodiscard]] bool finished() const;
    [[nodiscard]] bool is_last_frame() const;
    void take_input();
    void take_pointer();
    void handle(const Event& event);
    void press(Action action);
    void break_rule(std::optional<std::size_t> rule);
    void open(const std::filesystem::path& file);
    void lose(Lose::What what);
    void recover_surface();
    void describe_memory();
    void prepare_fonts();
    void disturb();

    bool draw_frame();
    void take_results(std::size_t slot);
    void take_all_results();
    void cpu_turn(std::size_t slot);
    void look_from_elsewhere(std::size_t slot);
    void take_look(std::size_t eye);
    void wait_for_eyes();
    void look_through_microscope(std::size_t slot);
    void hand_over();
    void build_hud();
    void record(const vk::raii::CommandBuffer& commands, std::size_t slot, std::uint32_t image);
    void save_screenshot();

    [[nodiscard]] HudLayout hud_layout() const;

    SessionParts parts_;
    WindowState& state_;
    const Context& context_;
    SharedCanvas canvas_;
    vk::Extent2D drawn_for_; // the size of the window that target_ was made for
    SwapchainTarget target_;
    GpuViews views_;
    OverlayRenderer overlay_;
    std::vector<Fact> facts_;
    std::vector<Event> hud_events_; // of buttons, for the next frame
    std::array<Prepared, frames_in_flight> prepared_;
    Microscope microscope_;            // shown
    FrameTimes times_;                 // of the frame being made
    std::vector<BrushStroke> strokes_; // to be written in the CPU's next turn
    std::optional<glm::vec2> pen_;     // where the hand's stroke has got to
    enum class Fill { nothing, clear, picture } fill_ = Fill::nothing;
    bool gpu_wrote_ = false;  // in the frame before
    std::uint64_t turn_ = 1;  // counts what was written, by anybody
    std::vector<Look> looks_; // as SessionParts::eyes
    float font_scale_ = 0;
    std::uint64_t disturbed_until_ = 0; // frames before this one do not count as steady
    std::optional<std::filesystem::path> screenshot_;
    std::optional<LocalBuffer> screenshot_bytes_;
    Flight flight_; // last: it waits for the GPU before anything else ends
};

} // namespace parallax::demo
