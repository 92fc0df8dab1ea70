// SPDX-License-Identifier: MIT
#pragma once

#include "window/frames_in_flight.hpp"
#include "window/glfw_window.hpp"
#include "window/hud.hpp"
#include "window/imgui_session.hpp"
#include "window/overlay_renderer.hpp"
#include "window/panel_renderer.hpp"
#include "window/script.hpp"
#include "window/shared_buffer.hpp"
#include "window/state.hpp"

#include "machine.hpp"
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

/// The window at work on one Vulkan device, frame after frame: take input, let the CPU read and
/// write, let the GPU draw, show. Ends with the device; what must outlast it is in WindowState.
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

    struct BrushStroke {
        Stroke stroke;
        Brush brush; // as it was when the hand moved
    };

    /// What a viewer has read last.
    struct Read {
        std::optional<std::uint64_t> version; // of the rows; nothing: of other memory
        std::vector<std::byte> rows;          // kept: the viewer may be reading anew
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
    void mark_unsteady();

    [[nodiscard]] std::expected<void, SwapchainTarget::NoImage> draw_frame();
    void keep_pace();
    void take_results(std::size_t slot);
    void take_all_results();
    void access_memory(std::size_t slot);
    void ask_viewers(std::size_t slot);
    void take_answer(std::size_t number);
    void wait_for_viewers();
    void look_through_microscope(std::size_t slot);
    void show_to_viewers();
    void build_hud();
    void record(const vk::raii::CommandBuffer& commands, std::size_t slot, std::uint32_t image);
    void save_screenshot();

    [[nodiscard]] HudLayout hud_layout() const;

    SessionParts parts_;
    WindowState& state_;
    const Context& context_;
    SharedBuffer shared_;
    std::chrono::steady_clock::time_point next_frame_; // where nothing else keeps the pace
    vk::Extent2D drawn_for_; // the size of the window that target_ was made for
    SwapchainTarget target_;
    PanelRenderer renderer_;
    OverlayRenderer overlay_;
    std::vector<Fact> facts_;
    std::vector<Event> hud_events_; // of buttons, for the next frame
    std::array<Prepared, frames_in_flight> prepared_;
    Microscope microscope_;            // shown
    FrameTimes times_;                 // of the frame being made
    std::vector<BrushStroke> strokes_; // to be written in the CPU's next access
    std::optional<glm::vec2> pen_;     // where the hand's stroke has got to
    enum class Fill { nothing, clear, picture } fill_ = Fill::nothing;
    bool gpu_wrote_ = false;    // in the frame before
    std::uint64_t version_ = 1; // of the memory's content: counts what was written
    std::vector<Read> reads_;   // as SessionParts::viewers
    float font_scale_ = 0;
    std::uint64_t unsteady_until_ = 0; // frames before this one do not count as steady
    std::optional<LocalBuffer> screenshot_bytes_;
    FramesInFlight frames_; // last: it waits for the GPU before anything else ends
};

} // namespace parallax::demo
