// SPDX-License-Identifier: MIT
#include "window/session.hpp"
#include "files/picture_file.hpp"

#include "offscreen/pipeline.hpp"
#include "parallax/image/pixels.hpp"

#include <backends/imgui_impl_glfw.h>
#include <dlfcn.h>
#include <imgui.h>

#include <algorithm>
#include <chrono>
#include <cstring>
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

static_assert(viewer_count == most_viewers);

Panel panel_of(const ViewerProcess& viewer) {
    return viewer_panel(static_cast<std::size_t>(&viewer.kind() - viewer_kinds().data()));
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

float milliseconds(Clock::duration duration) {
    return std::chrono::duration<float, std::milli>(duration).count();
}

} // namespace

Session::Session(SessionParts parts, SharedBuffer shared)
    : parts_(std::move(parts)),
      state_(parts_.state),
      context_(parts_.machine.context()),
      shared_(std::move(shared)),
      drawn_for_(parts_.window.framebuffer()),
      target_(context_, *parts_.machine.device.surface, drawn_for_, present_mode()),
      renderer_(context_, target_.format(), compared(parts_.viewers)),
      overlay_(context_, target_.format()),
      reads_(parts_.viewers.size()),
      frames_(context_) {
    hud_events_.reserve(64);
    strokes_.reserve(64);
    renderer_.attach(shared_.image());
    show_to_viewers();
    describe_memory();
}

void Session::run() {
    for (;;) {
        parts_.window.poll();
        const auto allocations_before = count_allocations();
        take_input();
        if (finished()) {
            take_all_results();
            return;
        }
        if (!parts_.window.visible()) {
            continue;
        }
        try {
            const auto drawn = draw_frame();
            if (!drawn && drawn.error() == SwapchainTarget::NoImage::busy) {
                continue; // to the events
            }
            if (!drawn) {
                frames_.wait_for_all();
                drawn_for_ = parts_.window.framebuffer();
                target_.recreate(*parts_.machine.device.surface, drawn_for_);
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
        keep_pace();
    }
}

/// Draws no more frames than a display shows.
void Session::keep_pace() {
    if (!target_.paced()) {
        std::this_thread::sleep_until(next_frame_);
        next_frame_ = Clock::now() + frame_interval;
    }
}

bool Session::finished() const {
    if (!parts_.window.connected()) {
        throw std::runtime_error("the window system has ended, and the window with it");
    }
    return parts_.window.should_close() || (parts_.frames && state_.frame >= *parts_.frames);
}

/// Of those that were asked for; nobody knows which frame will be the last that hands want.
bool Session::is_last_frame() const {
    return parts_.frames && state_.frame + 1 >= *parts_.frames;
}

/// From here on, frames do other work than the steady state's for a while.
void Session::mark_unsteady() {
    unsteady_until_ = state_.frame + settling_frames;
}

std::expected<void, SwapchainTarget::NoImage> Session::draw_frame() {
    const std::size_t slot = frames_.slot();
    if (frames_.wait_for_slot()) {
        take_results(slot);
    }
    // Memory changes hands: what the CPU is about to write, the frame before may still be reading;
    // what the CPU is about to read, the frame before may still be writing.
    const bool cpu_writes = !strokes_.empty() || state_.animation || fill_ != Fill::nothing;
    if (cpu_writes || gpu_wrote_) {
        frames_.wait_for_all();
        ++version_;
    }
    prepare_fonts();
    access_memory(slot);
    ask_viewers(slot);
    look_through_microscope(slot);
    build_hud();

    const auto start = Clock::now();
    // A Wayland surface takes images of any size: only we can tell that the window has changed.
    const bool same_size = parts_.window.framebuffer() == drawn_for_;
    const auto image = same_size ? target_.acquire(frames_.ready())
                                 : std::unexpected(SwapchainTarget::NoImage::stale);
    if (!image) {
        prepared_[slot].valid = false; // nothing will be found out about it
        // The frame's strokes are in the memory; the next frame shows them.
        return std::unexpected(image.error());
    }
    const auto acquired = Clock::now();
    record(frames_.begin(), slot, *image);
    frames_.submit(target_.drawn(*image));
    gpu_wrote_ = state_.life && renderer_.life_refusal() == nullptr;
    const auto submitted = Clock::now();
    target_.present(*image);
    times_.submit = milliseconds(submitted - acquired);
    times_.present = milliseconds(acquired - start + (Clock::now() - submitted));
    state_.times.add(times_);
    if (screenshot_bytes_) {
        save_screenshot();
    }
    return {};
}

void Session::take_results(std::size_t slot) {
    times_.gpu = frames_.gpu_milliseconds(slot);
    Prepared& prepared = prepared_[slot];
    if (!prepared.valid) {
        return; // of another memory, before a rule was broken
    }
    const Findings findings = renderer_.findings(slot);
    microscope_ = prepared.microscope;
    microscope_.gpu_texels = findings.texels;
    const std::uint32_t texel =
        findings.texels[microscope_field.height / 2 * microscope_field.width +
                        microscope_field.width / 2];
    const Rgba8 sampled{.r = static_cast<std::uint8_t>(texel),
                        .g = static_cast<std::uint8_t>(texel >> 8),
                        .b = static_cast<std::uint8_t>(texel >> 16),
                        .a = static_cast<std::uint8_t>(texel >> 24)};
    pack(shared_.image().layout().fourcc, {&sampled, 1}, microscope_.gpu);

    state_.different = findings.different;
    ++state_.compared;
    for (std::size_t viewer = 0; viewer < reads_.size(); ++viewer) {
        if (prepared.read[viewer]) {
            state_.viewers[viewer].different = renderer_.viewer_findings(viewer, slot).different;
            ++state_.viewers[viewer].compared;
        }
    }
    if (state_.rule) {
        RuleOutcome& rule = state_.outcomes[*state_.rule];
        rule.different = std::max(rule.different, findings.different);
        for (std::size_t viewer = 0; viewer < reads_.size(); ++viewer) {
            if (prepared.read[viewer]) {
                rule.different = std::max(rule.different, state_.viewers[viewer].different);
            }
        }
    }
    prepared.valid = false;
}

/// Of the frames that are still in flight, the older first.
void Session::take_all_results() {
    frames_.wait_for_all();
    for (std::size_t i = 0; i < frames_in_flight; ++i) {
        const std::size_t slot = (frames_.slot() + i) % frames_in_flight;
        if (prepared_[slot].valid) {
            take_results(slot);
        }
    }
}

void Session::access_memory(std::size_t slot) {
    if (fill_ == Fill::clear) {
        shared_.clear();
    } else if (fill_ == Fill::picture) {
        shared_.reload();
    }
    fill_ = Fill::nothing;
    if (state_.animation) {
        shared_.animate(state_.frame);
    }
    for (const BrushStroke& drawn : strokes_) {
        shared_.stroke(drawn.stroke, drawn.brush);
    }
    strokes_.clear();
    shared_.copy_rows(renderer_.upload(slot));
    const AccessTimes spent = shared_.take_times();
    times_.cpu = milliseconds(spent.access);
    times_.sync = milliseconds(spent.sync);
}

void Session::look_through_microscope(std::size_t slot) {
    const ImageLayout& layout = shared_.image().layout();
    const std::span<const std::byte> rows = renderer_.upload(slot);
    const glm::ivec2 size(layout.extent.width, layout.extent.height);
    const glm::ivec2 place = glm::clamp(glm::ivec2(state_.place), glm::ivec2(0), size - 1);
    const auto bytes_at = [&](glm::ivec2 pixel) {
        const auto x = static_cast<std::uint32_t>(pixel.x);
        const auto y = static_cast<std::uint32_t>(pixel.y);
        return rows.subspan(layout.offset_of(x, y) - layout.planes[0].offset,
                            layout.format().bytes());
    };
    Microscope& microscope = prepared_[slot].microscope;
    microscope.place = place;
    microscope.offset =
        layout.offset_of(static_cast<std::uint32_t>(place.x), static_cast<std::uint32_t>(place.y));
    microscope.bytes = layout.format().bytes();
    std::ranges::copy(bytes_at(place), microscope.cpu.begin());

    const glm::ivec2 field(microscope_field.width, microscope_field.height);
    std::size_t index = 0;
    for (int y = 0; y < field.y; ++y) {
        for (int x = 0; x < field.x; ++x) {
            const glm::ivec2 near =
                glm::clamp(place - field / 2 + glm::ivec2(x, y), glm::ivec2(0), size - 1);
            Rgba8 pixel;
            unpack(layout.fourcc, bytes_at(near), {&pixel, 1});
            std::memcpy(&microscope.cpu_texels[index++], &pixel, sizeof pixel);
        }
    }
    prepared_[slot].valid = true;
}

void Session::build_hud() {
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
    show_hud({.state = state_,
              .scene = scene(),
              .layout = shared_.image().layout(),
              .facts = facts_,
              .microscope = microscope_,
              .life_refusal = renderer_.life_refusal()},
             hud_layout(), parts_.imgui, hud_events_);
    ImGui::Render();
}

void Session::record(const vk::raii::CommandBuffer& commands, std::size_t slot,
                     std::uint32_t image) {
    renderer_.begin(commands, slot, prepared_[slot].microscope.place);
    target_.begin(commands, image);
    const vk::Extent2D size = target_.extent();
    begin_rendering(commands, target_.view(image), size, {0.062F, 0.068F, 0.08F, 1.0F});
    const float scene_height = hud_layout().scene_height * parts_.window.density();
    commands.setViewport(0, vk::Viewport{.width = static_cast<float>(size.width),
                                         .height = scene_height,
                                         .maxDepth = 1.0F});
    commands.setScissor(
        0, vk::Rect2D{.extent = {size.width,
                                 std::min(static_cast<std::uint32_t>(scene_height), size.height)}});
    renderer_.draw(commands, slot, scene());
    overlay_.draw(commands, slot, *ImGui::GetDrawData());
    commands.endRendering();
    renderer_.end(commands, slot, state_.life);
    if (!state_.screenshots.empty() && target_.can_copy_out()) {
        screenshot_bytes_.emplace(context_.allocator(), std::size_t{4} * size.width * size.height,
                                  vk::BufferUsageFlagBits::eTransferDst, MemoryUse::readback);
        target_.copy_out(commands, image, screenshot_bytes_->handle());
    }
    target_.finish(commands, image);
}

void Session::save_screenshot() {
    frames_.wait_for_all();
    const vk::Extent2D size = target_.extent();
    const ImageLayout layout = packed_layout({.width = size.width, .height = size.height},
                                             target_.fourcc(), std::uint64_t{4} * size.width);
    screenshot_bytes_->invalidate();
    const Picture picture = read_pixels(layout, screenshot_bytes_->bytes());
    for (const std::filesystem::path& file : std::exchange(state_.screenshots, {})) {
        save_png(picture, file);
    }
    screenshot_bytes_.reset();
}

HudLayout Session::hud_layout() const {
    const float scale = parts_.window.density();
    const vk::Extent2D size = target_.extent();
    const glm::vec2 window = glm::vec2(size.width, size.height) / scale;
    return HudLayout::of(window, parts_.window.content_scale() / scale, state_.hud,
                         shared_.image().layout().extent, panels());
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
