// SPDX-License-Identifier: MIT
#pragma once

#include "window/brush.hpp"
#include "window/orbit_camera.hpp"
#include "window/rules.hpp"

#include "parallax/error.hpp"

#include <glm/vec2.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo {

/// What happened when a rule was broken on this machine.
struct RuleOutcome {
    bool tried = false;
    std::uint32_t different = 0; ///< pixels, the most that any frame of any view had
    std::string refusal;         ///< of driver or exporter, if that is what happened
};

/// What one viewer has read so far.
struct ViewerState {
    std::string_view name;       ///< as given to --views
    std::uint32_t different = 0; ///< pixels that the CPU view has otherwise, when last compared
    std::uint64_t compared = 0;  ///< frames in which it read what the CPU saw
    std::string trouble;         ///< why it has no picture, for people
};

/// Where the time of a frame went, in milliseconds.
struct FrameTimes {
    float cpu = 0;     ///< reading and writing the mapping
    float sync = 0;    ///< DMA_BUF_IOCTL_SYNC
    float submit = 0;  ///< recording and submitting
    float gpu = 0;     ///< as the GPU's clock tells; while the CPU does other things
    float present = 0; ///< waiting for an image of the window, and giving it back

    [[nodiscard]] float total() const { return cpu + sync + submit + gpu + present; }
};

/// The last frames' times, the oldest first from `next` on.
struct TimeHistory {
    std::array<FrameTimes, 120> frames{};
    std::size_t next = 0;

    void add(const FrameTimes& times) {
        frames[next] = times;
        next = (next + 1) % frames.size();
    }
};

/// What was done to show the window, for tests and for people who look for its costs.
struct WorkDone {
    std::uint64_t frames = 0;      ///< presented
    std::uint64_t pixels = 0;      ///< of the window, drawn
    std::uint64_t read_pixels = 0; ///< of the shared memory, by the CPU for its view
    std::uint64_t huds = 0;        ///< pictures of the heads-up panel
};

/// Everything about the window that a lost device does not take away.
struct WindowState {
    Brush brush;
    OrbitCamera camera;
    glm::vec2 place{0, 0};  ///< the microscope's, in pixels of the picture
    bool life = false;      ///< the GPU writes
    bool animation = false; ///< the CPU writes a moving pattern
    bool hud = true;
    bool help = false;
    std::optional<std::size_t> rule;            ///< broken now; a place in rules()
    std::optional<std::size_t> rule_read_about; ///< the one that the window tells about
    std::array<RuleOutcome, rule_count> outcomes;
    std::string notice; ///< what could not be done last, for people

    std::uint64_t frame = 0; ///< turns of the loop, which show what has changed since the last
    WorkDone work;
    std::size_t script_place = 0;                   ///< events of the script that have happened
    std::vector<std::filesystem::path> screenshots; ///< files that the next frame goes to
    Reasons refused;                  ///< what was asked for and is not to be had, and why
    std::uint32_t different = 0;      ///< pixels, in the last frame compared
    std::uint64_t compared = 0;       ///< frames
    std::vector<ViewerState> viewers; ///< as SessionParts::viewers
    TimeHistory times;
    std::uint64_t steady_frames = 0;                 ///< in which nothing but drawing happened
    std::optional<std::uint64_t> steady_allocations; ///< in those, where they are counted
    unsigned losses = 0;                             ///< of the device or the surface
    std::chrono::duration<double> time{};            ///< that frames took, and the rest between
};

} // namespace parallax::demo
