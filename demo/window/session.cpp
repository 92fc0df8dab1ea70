// SPDX-License-Identifier: MIT
#include "window/session.hpp"

#include "window/heap_watch.hpp"

#include "parallax/painter.hpp"

#include <backends/imgui_impl_glfw.h>
#include <imgui.h>

#include <algorithm>
#include <chrono>
#include <cstring>

namespace parallax::demo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t settling_frames = 30; // after a change, until frames count as steady

std::vector<GpuViews::Beside> beside(std::span<Eye* const> eyes) {
    std::vector<GpuViews::Beside> all;
    for (const Eye* eye : eyes) {
        all.push_back({.panel = eye->kind().panel, .has_alpha = eye->kind().sees_alpha});
    }
    return all;
}

float milliseconds(Clock::duration duration) {
    return std::chrono::duration<float, std::milli>(duration).count();
}

} // namespace

Session::Session(SessionParts parts, SharedCanvas canvas)
    : parts_(std::move(parts)),
      state_(parts_.state),
      context_(*parts_.machine.context),
      canvas_(std::move(canvas)),
      drawn_for_(parts_.window.framebuffer()),
      target_(context_, *parts_.machine.surface, drawn_for_),
      views_(context_, target_.format(), beside(parts_.eyes)),
      overlay_(context_, target_.format()),
      looks_(parts_.eyes.size()),
      flight_(context_) {
    hud_events_.reserve(64);
    strokes_.reserve(64);
    views_.attach(canvas_.image());
    hand_over();
    describe_memory();
}

void Session::run() {
    for (;;) {
        parts_.window.poll();
        const std::uint64_t allocations_before = allocations();
        take_input();
        if (finished()) {
            take_all_results();
            return;
        }
        if (!parts_.window.visible()) {
            continue;
        }
        try {
            if (!draw_frame()) {
                flight_.wait_for_all();
                drawn_for_ = parts_.window.framebuffer();
                target_.recreate(*parts_.machine.surface, drawn_for_);
                disturb();
                continue;
            }
        } catch (const vk::SurfaceLostKHRError&) {
            recover_surface();
            continue;
        }
        if (++state_.frame > disturbed_until_) {
            ++state_.steady_frames;
            state_.steady_allocations += allocations() - allocations_before;
        }
    }
}

bool Session::finished() const {
    return parts_.window.should_close() || (parts_.frames && state_.frame >= *parts_.frames);
}

/// Of those that were asked for; nobody knows which frame will be the last that hands want.
bool Session::is_last_frame() const {
    return parts_.frames && state_.frame + 1 >= *parts_.frames;
}

/// From here on, frames do other work than the steady state's for a while.
void Session::disturb() {
    disturbed_until_ = state_.frame + settling_frames;
}

bool Session::draw_frame() {
    const std::size_t slot = flight_.slot();
    if (flight_.wait_for_slot()) {
        take_results(slot);
    }
    // Memory changes hands: what the CPU is about to write, the frame before may still be reading;
    // what the CPU is about to read, the frame before may still be writing.
    const bool cpu_writes = !strokes_.empty() || state_.animation || fill_ != Fill::nothing;
    if (cpu_writes || gpu_wrote_) {
        flight_.wait_for_all();
        ++turn_;
    }
    prepare_fonts();
    cpu_turn(slot);
    look_from_elsewhere(slot);
    look_through_microscope(slot);
    build_hud();

    const auto start = Clock::now();
    // A Wayland surface takes images of any size: only we can tell that the window has changed.
    const bool same_size = parts_.window.framebuffer() == drawn_for_;
    const auto image = same_size ? target_.acquire(flight_.ready()) : std::nullopt;
    if (!image) {
        prepared_[slot].valid = false; // nothing will be found out about it
        return false; // the frame's strokes are in the memory; the next frame shows them
    }
    const auto acquired = Clock::now();
    record(flight_.begin(), slot, *image);
    flight_.submit(target_.drawn(*image));
    gpu_wrote_ = state_.life && views_.life_refusal() == nullptr;
    const auto submitted = Clock::now();
    target_.present(*image);
    times_.submit = milliseconds(submitted - acquired);
    times_.present = milliseconds(acquired - start + (Clock::now() - submitted));
    state_.times.add(times_);
    if (screenshot_bytes_) {
        save_screenshot();
    }
    return true;
}

void Session::take_results(std::size_t slot) {
    times_.gpu = flight_.gpu_milliseconds(slot);
    Prepared& prepared = prepared_[slot];
    if (!prepared.valid) {
        return; // of another memory, before a rule was broken
    }
    const Findings findings = views_.findings(slot);
    microscope_ = prepared.microscope;
    microscope_.gpu_texels = findings.texels;
    const std::uint32_t texel =
        findings.texels[microscope_field.height / 2 * microscope_field.width +
                        microscope_field.width / 2];
    const Rgba8 seen{.r = static_cast<std::uint8_t>(texel),
                     .g = static_cast<std::uint8_t>(texel >> 8),
                     .b = static_cast<std::uint8_t>(texel >> 16),
                     .a = static_cast<std::uint8_t>(texel >> 24)};
    canvas_.image().layout().format->pack({&seen, 1}, microscope_.gpu);

    state_.different = findings.different;
    ++state_.compared;
    for (std::size_t eye = 0; eye < looks_.size(); ++eye) {
        if (prepared.looked[eye]) {
            state_.elsewhere[eye].different = views_.findings_beside(eye, slot).different;
            ++state_.elsewhere[eye].compared;
        }
    }
    if (state_.rule) {
        Seen& rule = state_.seen[*state_.rule];
        rule.different = std::max(rule.different, findings.different);
    }
    prepared.valid = false;
}

/// Of the frames that are still in flight, the older first.
void Session::take_all_results() {
    flight_.wait_for_all();
    for (std::size_t i = 0; i < frames_in_flight; ++i) {
        const std::size_t slot = (flight_.slot() + i) % frames_in_flight;
        if (prepared_[slot].valid) {
            take_results(slot);
        }
    }
}

void Session::cpu_turn(std::size_t slot) {
    if (fill_ == Fill::clear) {
        canvas_.clear();
    } else if (fill_ == Fill::picture) {
        canvas_.reload();
    }
    fill_ = Fill::nothing;
    if (state_.animation) {
        canvas_.animate(state_.frame);
    }
    for (const BrushStroke& drawn : strokes_) {
        canvas_.stroke(drawn.stroke, drawn.brush);
    }
    strokes_.clear();
    canvas_.copy_rows(views_.upload(slot));
    const CanvasTimes spent = canvas_.take_times();
    times_.cpu = milliseconds(spent.access);
    times_.sync = milliseconds(spent.sync);
}

void Session::look_through_microscope(std::size_t slot) {
    const ImageLayout& layout = canvas_.image().layout();
    const std::span<const std::byte> rows = views_.upload(slot);
    const glm::ivec2 size(layout.extent.width, layout.extent.height);
    const glm::ivec2 place = glm::clamp(glm::ivec2(state_.place), glm::ivec2(0), size - 1);
    const auto bytes_at = [&](glm::ivec2 pixel) {
        const auto x = static_cast<std::uint32_t>(pixel.x);
        const auto y = static_cast<std::uint32_t>(pixel.y);
        return rows.subspan(layout.offset_of(x, y) - layout.offset, layout.format->bytes);
    };
    Microscope& microscope = prepared_[slot].microscope;
    microscope.place = place;
    microscope.offset =
        layout.offset_of(static_cast<std::uint32_t>(place.x), static_cast<std::uint32_t>(place.y));
    microscope.bytes = layout.format->bytes;
    std::ranges::copy(bytes_at(place), microscope.cpu.begin());

    const glm::ivec2 field(microscope_field.width, microscope_field.height);
    std::size_t index = 0;
    for (int y = 0; y < field.y; ++y) {
        for (int x = 0; x < field.x; ++x) {
            const glm::ivec2 near =
                glm::clamp(place - field / 2 + glm::ivec2(x, y), glm::ivec2(0), size - 1);
            Rgba8 pixel;
            layout.format->unpack(bytes_at(near), {&pixel, 1});
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
              .layout = canvas_.image().layout(),
              .facts = facts_,
              .microscope = microscope_,
              .life_refusal = views_.life_refusal()},
             hud_layout(), parts_.imgui, hud_events_);
    ImGui::Render();
}

void Session::record(const vk::raii::CommandBuffer& commands, std::size_t slot,
                     std::uint32_t image) {
    views_.begin(commands, slot, prepared_[slot].microscope.place);
    target_.begin(commands, image);
    const vk::RenderingAttachmentInfo attachment{
        .imageView = target_.view(image),
        .imageLayout = vk::ImageLayout::eColorAttachmentOptimal,
        .loadOp = vk::AttachmentLoadOp::eClear,
        .storeOp = vk::AttachmentStoreOp::eStore,
        .clearValue = {.color = {.float32 = std::array{0.062F, 0.068F, 0.08F, 1.0F}}}};
    const vk::Rect2D area{.extent = target_.extent()};
    commands.beginRendering({.renderArea = area,
                             .layerCount = 1,
                             .colorAttachmentCount = 1,
                             .pColorAttachments = &attachment});
    const float scene_height = hud_layout().scene_height * parts_.window.density();
    commands.setViewport(0, vk::Viewport{.width = static_cast<float>(area.extent.width),
                                         .height = scene_height,
                                         .maxDepth = 1.0F});
    commands.setScissor(0, vk::Rect2D{.extent = {area.extent.width,
                                                 std::min(static_cast<std::uint32_t>(scene_height),
                                                          area.extent.height)}});
    views_.draw(commands, slot, scene());
    overlay_.draw(commands, slot, *ImGui::GetDrawData());
    commands.endRendering();
    views_.end(commands, slot, state_.life);
    if (screenshot_ && target_.can_copy_out()) {
        const vk::Extent2D size = target_.extent();
        screenshot_bytes_.emplace(context_.allocator(), std::size_t{4} * size.width * size.height,
                                  vk::BufferUsageFlagBits::eTransferDst, MemoryUse::readback);
        target_.copy_out(commands, image, screenshot_bytes_->handle());
    }
    target_.finish(commands, image);
}

void Session::save_screenshot() {
    flight_.wait_for_all();
    const vk::Extent2D size = target_.extent();
    const ImageLayout layout{.extent = {.width = size.width, .height = size.height},
                             .format = &target_.pixel_format(),
                             .stride = std::uint64_t{4} * size.width};
    screenshot_bytes_->invalidate();
    save_png(view(layout, screenshot_bytes_->bytes()), *screenshot_);
    screenshot_bytes_.reset();
    screenshot_.reset();
}

HudLayout Session::hud_layout() const {
    const float scale = parts_.window.density();
    const vk::Extent2D size = target_.extent();
    const glm::vec2 window = glm::vec2(size.width, size.height) / scale;
    return HudLayout::of(window, parts_.window.content_scale() / scale, state_.hud,
                         canvas_.image().layout().extent, panels());
}

Panels Session::panels() const {
    Panels panels;
    for (std::size_t eye = 0; eye < looks_.size(); ++eye) {
        if (looks_[eye].has_panel) {
            panels.add(parts_.eyes[eye]->kind().panel);
        }
    }
    return panels;
}

Scene Session::scene() const {
    return {canvas_.image().layout().extent, panels(), state_.camera, hud_layout().viewport()};
}

std::array<float, 4> Session::panel_rectangle(Shows panel) const {
    const HudLayout layout = hud_layout();
    const Scene now = scene();
    const glm::vec2 first = layout.from_clip(now.corner(panel, {0, 0})) * parts_.window.density();
    const glm::vec2 last = layout.from_clip(now.corner(panel, {1, 1})) * parts_.window.density();
    return {first.x, first.y, last.x, last.y};
}

} // namespace parallax::demo
