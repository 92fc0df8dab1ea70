// SPDX-License-Identifier: MIT
#pragma once

#include "window/canvas.hpp"
#include "window/frames_in_flight.hpp"
#include "window/glfw_window.hpp"
#include "window/hud.hpp"
#include "window/imgui_session.hpp"
#include "window/overlay_renderer.hpp"
#include "window/panel_renderer.hpp"
#include "window/pointer_gestures.hpp"
#include "window/script.hpp"
#include "window/shared_buffer.hpp"
#include "window/state.hpp"

#include "machine/machine.hpp"
#include "viewers/viewer_process.hpp"

#include "offscreen/swapchain_target.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
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
    const Viewers& viewers;
    std::string exporter;                ///< its name, for people
    std::optional<std::uint64_t> frames; ///< the window closes after so many
};

/// The panel of what a viewer reads.
[[nodiscard]] Panel panel_of(const ViewerProcess& viewer);

/// The window at work on one Vulkan device, turn after turn: take input, let the CPU write and
/// read, let the GPU draw, show. What has not changed is neither read nor drawn again, and a turn
/// without changes shows nothing. Ends with the device; what must outlast it is in WindowState.
class Session {
public:
    Session(SessionParts parts, SharedBuffer shared);

    /// Until the window is closed.
    /// @throws vk::DeviceLostError when the device is lost; the buffer can still be read then.
    void run();

    [[nodiscard]] const SharedBuffer& shared() const noexcept { return shared_; }

    /// The panels as they stand now.
    [[nodiscard]] Scene scene() const;
    [[nodiscard]] Panels panels() const;

    /// Where the panels' corners are in the window, in pixels: left, top, right, bottom.
    [[nodiscard]] std::array<float, 4> panel_rectangle(Panel panel) const;

private:
    /// What the CPU knew when it prepared a slot, to be shown with what the GPU found.
    struct Prepared {
        bool valid = false;
        std::array<bool, all_panels.size()> read{}; // by each viewer, at the same bytes
        Microscope microscope;
    };

    /// What the canvas shows, apart from the content of the panels.
    struct Shown {
        Scene scene;
        HudLayout layout;

        bool operator==(const Shown&) const = default;
    };

    /// What a viewer has read last.
    struct Read {
        std::optional<std::uint64_t> version; // of the rows; nothing: of other memory
        std::vector<std::byte> rows;          // kept: the viewer may be reading anew
        bool has_panel = false;
        bool fresh = false; // the panel shows another picture
    };

    // session.cpp: the loop.
    void rest();
    [[nodiscard]] bool finished() const;
    [[nodiscard]] bool is_saved_next() const;
    [[nodiscard]] bool is_last_frame() const;
    [[nodiscard]] bool is_scripted() const;
    [[nodiscard]] std::chrono::duration<double> idle_time() const;
    void keep_pace(bool drawn);
    void mark_unsteady();
    void recreate_target();

    // session_input.cpp
    void take_input();
    void handle(const Event& event);
    void take(const PointerInput& input);
    void take_hud_events();
    void press(Action action);
    void break_rule(std::optional<std::size_t> rule);
    void open(const std::filesystem::path& file);
    void lose(Lose::What what);
    void recover_surface();
    void describe_memory();
    void prepare_fonts();

    // session_frame.cpp: one turn.
    [[nodiscard]] std::expected<void, SwapchainTarget::NoImage> turn();
    [[nodiscard]] bool memory_is_due() const;
    [[nodiscard]] bool frame_is_due() const;
    [[nodiscard]] bool life_runs() const;
    void take_results(std::size_t slot);
    void take_all_results();
    void look_at_memory();
    void write_memory();
    void damage_panels();
    void look_through_microscope(std::size_t slot);
    void prepare_hud(bool at_once);
    void build_hud();
    [[nodiscard]] std::expected<void, SwapchainTarget::NoImage> show_frame();
    void record(const vk::raii::CommandBuffer& commands, std::size_t slot, std::uint32_t image);
    void begin_panels(const vk::raii::CommandBuffer& commands, std::size_t slot);
    void save_screenshot();

    // session_viewers.cpp
    void show_to_viewers();
    void ask_viewers();
    void take_answer(std::size_t number);
    void wait_for_viewers();
    [[nodiscard]] bool viewers_are_busy() const;
    [[nodiscard]] bool viewers_differ() const;
    [[nodiscard]] bool viewers_are_fresh() const;

    [[nodiscard]] glm::ivec2 microscope_place() const;
    [[nodiscard]] vk::Rect2D whole_picture() const;
    [[nodiscard]] vk::Rect2D scene_area() const;
    [[nodiscard]] HudLayout hud_layout() const;

    SessionParts parts_;
    WindowState& state_;
    const Context& context_;
    SharedBuffer shared_;
    std::chrono::steady_clock::time_point next_frame_; // where nothing else keeps the pace
    vk::Extent2D drawn_for_; // the size of the window that target_ was made for
    SwapchainTarget target_;
    Canvas canvas_;
    PanelRenderer renderer_;
    OverlayRenderer overlay_;
    std::vector<Fact> facts_;
    std::vector<Event> hud_events_; // of buttons, not handled yet
    std::array<Prepared, frames_in_flight> prepared_;
    Microscope microscope_;            // shown
    FrameTimes times_;                 // of the frame being made
    std::vector<BrushStroke> strokes_; // to be written in the CPU's next access
    PointerGestures gestures_;
    enum class Fill { nothing, clear, picture } fill_ = Fill::nothing;
    bool gpu_wrote_ = false;    // in the frame before
    Damage changed_;            // pixels of the memory that may differ from those on the canvas
    std::uint64_t version_ = 1; // of the memory's content: counts what was written
    std::vector<Read> reads_;   // as SessionParts::viewers
    float font_scale_ = 0;
    std::uint64_t unsteady_until_ = 0; // frames before this one do not count as steady
    std::optional<LocalBuffer> screenshot_bytes_;

    // What is due, and when.
    using Moment = std::chrono::steady_clock::time_point;
    std::optional<Shown> shown_; // nothing: all is to be drawn anew
    bool exposed_ = false;       // the window system has lost what it showed
    bool hud_due_ = true;        // it may have to show something else
    bool new_results_ = false;   // which the heads-up panel does not show yet
    bool looks_again_ = false;   // in this turn, at what changes without being told
    static constexpr glm::ivec2 nowhere{-1, -1};
    glm::ivec2 looked_at_ = nowhere; // by the microscope, in the last frame with panels
    Moment next_hud_;
    Moment next_look_;
    Moment hud_awake_until_; // it shows a hint some time after the pointer has stopped
    FramesInFlight frames_;  // last: it waits for the GPU before anything else ends
};

} // namespace parallax::demo
