// SPDX-License-Identifier: MIT
#include "window/session.hpp"

#include <dlfcn.h>
#include <glm/common.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

namespace parallax::demo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t settling_frames = 30; // after a change, until frames count as steady
constexpr std::chrono::milliseconds frame_interval(16);

/// A hidden window on Wayland must not wait for an image without end; see SwapchainTarget.
vk::PresentModeKHR present_mode() {
    return GlfwWindow::platform() == "Wayland" ? vk::PresentModeKHR::eMailbox
                                               : vk::PresentModeKHR::eFifo;
}

std::vector<PanelRenderer::Compared> compared(const Viewers& viewers) {
    std::vector<PanelRenderer::Compared> all;
    for (const auto& viewer : viewers) {
        all.push_back({.panel = panel_of(*viewer), .has_alpha = viewer->kind().sees_alpha});
    }
    return all;
}

/// How often this thread has taken memory from the heap, where a library that counts it is
/// preloaded: tests/window/heap_counter.cpp.
std::optional<std::uint64_t> count_allocations() {
    using Counter = std::uint64_t();
    static auto* const counter =
        reinterpret_cast<Counter*>(::dlsym(RTLD_DEFAULT, "parallax_allocations"));
    return counter == nullptr ? std::nullopt : std::optional(counter());
}

} // namespace

Session::Session(SessionParts parts, SharedBuffer shared)
    : parts_(std::move(parts)),
      state_(parts_.state),
      context_(parts_.machine.context()),
      shared_(std::move(shared)),
      drawn_for_(parts_.window.framebuffer()),
      target_(context_, *parts_.machine.device.surface, drawn_for_, present_mode()),
      canvas_(context_, target_.format()),
      renderer_(context_, target_.format(), compared(parts_.viewers)),
      overlay_(context_, target_.format()),
      reads_(parts_.viewers.size()),
      frames_(context_) {
    canvas_.resize(target_.extent());
    hud_events_.reserve(64);
    strokes_.reserve(1024);
    renderer_.attach(shared_.image());
    changed_ = Damage(whole_picture());
    show_to_viewers();
    describe_memory();
}

void Session::run() {
    Moment last = Clock::now();
    for (;;) {
        const Moment now = Clock::now();
        state_.time += now - std::exchange(last, now);
        rest();
        const auto allocations_before = count_allocations();
        prepare_fonts();
        take_input();
        if (finished()) {
            take_all_results();
            return;
        }
        if (!parts_.window.visible()) {
            continue;
        }
        const std::uint64_t drawn_before = state_.work.frames;
        try {
            const auto done = turn();
            if (!done && done.error() == SwapchainTarget::NoImage::busy) {
                continue; // to the events
            }
            if (!done) {
                recreate_target();
                mark_unsteady();
                continue;
            }
        } catch (const vk::SurfaceLostKHRError&) {
            recover_surface();
            continue;
        }
        if (++state_.frame > unsteady_until_) {
            ++state_.steady_frames;
            if (allocations_before) {
                state_.steady_allocations = state_.steady_allocations.value_or(0) +
                                            (*count_allocations() - *allocations_before);
            }
        }
        keep_pace(state_.work.frames > drawn_before);
    }
}

/// Takes in events. A script counts turns, so it does not wait. Where only input can change
/// something, it waits for that.
void Session::rest() {
    parts_.window.wait(is_scripted() ? std::chrono::duration<double>(0) : idle_time());
}

bool Session::is_scripted() const {
    return parts_.frames || state_.script_place < parts_.script.events().size();
}

/// How long nothing is to be done unless there is input.
std::chrono::duration<double> Session::idle_time() const {
    const bool has_results = std::ranges::any_of(prepared_, &Prepared::valid);
    if (has_results || memory_is_due() || frame_is_due()) {
        return {};
    }
    const Moment now = Clock::now();
    Moment due = now + std::chrono::seconds(10);
    if (hud_due_) {
        due = std::min(due, next_hud_);
    }
    if (state_.rule || viewers_differ()) {
        due = std::min(due, next_look_);
    }
    if (viewers_are_busy()) {
        due = std::min(due, now + frame_interval);
    }
    return due - now;
}

/// Draws no more frames than a display shows, and makes no more turns in a script.
void Session::keep_pace(bool drawn) {
    if (drawn ? !target_.paced() : is_scripted()) {
        std::this_thread::sleep_until(next_frame_);
    }
    next_frame_ = Clock::now() + frame_interval;
}

bool Session::finished() const {
    if (!parts_.window.connected()) {
        throw std::runtime_error("the window system has ended, and the window with it");
    }
    return parts_.window.should_close() || (parts_.frames && state_.frame >= *parts_.frames);
}

/// True if the next turn's frame is the last one, or the script takes a screenshot of it.
bool Session::is_saved_next() const {
    const auto later = parts_.script.events().subspan(state_.script_place);
    return (parts_.frames && state_.frame + 2 == *parts_.frames) ||
           std::ranges::any_of(later, [next = state_.frame + 1](const TimedEvent& event) {
               return event.frame == next && std::holds_alternative<SaveScreenshot>(event.event);
           });
}

/// Of those that were asked for; without --frames, no frame is known to be the last.
bool Session::is_last_frame() const {
    return parts_.frames && state_.frame + 1 >= *parts_.frames;
}

/// From here on, frames do other work than the steady state's for a while.
void Session::mark_unsteady() {
    unsteady_until_ = state_.frame + settling_frames;
}

/// For a window that has changed.
void Session::recreate_target() {
    frames_.wait_for_all();
    drawn_for_ = parts_.window.framebuffer();
    target_.recreate(*parts_.machine.device.surface, drawn_for_);
    canvas_.resize(target_.extent());
    shown_.reset();
}

HudLayout Session::hud_layout() const {
    const float scale = parts_.window.density();
    const vk::Extent2D size = target_.extent();
    const glm::vec2 window = glm::vec2(size.width, size.height) / scale;
    return HudLayout::of(window, parts_.window.content_scale() / scale, state_.hud,
                         shared_.image().layout().extent, panels());
}

glm::ivec2 Session::microscope_place() const {
    const vk::Extent2D size = whole_picture().extent;
    return glm::clamp(glm::ivec2(state_.place), glm::ivec2(0),
                      glm::ivec2(size.width, size.height) - 1);
}

vk::Rect2D Session::whole_picture() const {
    const Extent extent = shared_.image().layout().extent;
    return {.extent = {extent.width, extent.height}};
}

/// Of the window, in pixels.
vk::Rect2D Session::scene_area() const {
    const vk::Extent2D size = target_.extent();
    const float height = hud_layout().scene_height * parts_.window.density();
    return {.extent = {size.width, std::min(static_cast<std::uint32_t>(height), size.height)}};
}

Panels Session::panels() const {
    Panels panels;
    for (std::size_t viewer = 0; viewer < reads_.size(); ++viewer) {
        if (reads_[viewer].has_panel) {
            panels.add(panel_of(*parts_.viewers[viewer]));
        }
    }
    return panels;
}

Scene Session::scene() const {
    return {shared_.image().layout().extent, panels(), state_.camera, hud_layout().viewport()};
}

std::array<float, 4> Session::panel_rectangle(Panel panel) const {
    const HudLayout layout = hud_layout();
    const Scene now = scene();
    const glm::vec2 first = layout.from_clip(now.corner(panel, {0, 0})) * parts_.window.density();
    const glm::vec2 last = layout.from_clip(now.corner(panel, {1, 1})) * parts_.window.density();
    return {first.x, first.y, last.x, last.y};
}

} // namespace parallax::demo
