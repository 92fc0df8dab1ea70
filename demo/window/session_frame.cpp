// SPDX-License-Identifier: MIT
// One turn of the session: what has changed, and how it is shown.
#include "files/picture_file.hpp"
#include "window/session.hpp"

#include "parallax/image/pixels.hpp"

#include <glm/common.hpp>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <utility>

namespace parallax::demo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds hud_interval(250);
constexpr std::chrono::milliseconds look_interval(250);

float milliseconds(Clock::duration duration) {
    return std::chrono::duration<float, std::milli>(duration).count();
}

/// Where a part of the picture is in a panel, in pixels of the window.
vk::Rect2D place_in_window(const vk::Rect2D& part, Panel panel, const Scene& scene,
                           const HudLayout& layout, Extent picture, float density) {
    constexpr float reach = 4;    // texels at most: of these, a pixel of the panel is the mean
    constexpr float limit = 1e6F; // far outside of every window
    const glm::vec2 size(picture.width, picture.height);
    const glm::vec2 first = (glm::vec2(part.offset.x, part.offset.y) - reach) / size;
    const glm::vec2 last =
        first + (glm::vec2(part.extent.width, part.extent.height) + 2.0F * reach) / size;
    glm::vec2 low(limit);
    glm::vec2 high(-limit);
    for (const glm::vec2 corner :
         std::array{first, last, glm::vec2(first.x, last.y), glm::vec2(last.x, first.y)}) {
        const glm::vec2 place =
            layout.from_clip(scene.corner(panel, glm::clamp(corner, 0.0F, 1.0F))) * density;
        low = glm::min(low, place);
        high = glm::max(high, place);
    }
    low = glm::floor(glm::clamp(low, -limit, limit)) - 1.0F;
    high = glm::ceil(glm::clamp(high, -limit, limit)) + 1.0F;
    return between(static_cast<std::int32_t>(low.x), static_cast<std::int32_t>(low.y),
                   static_cast<std::int32_t>(high.x), static_cast<std::int32_t>(high.y));
}

} // namespace

std::expected<void, SwapchainTarget::NoImage> Session::turn() {
    if (frames_.wait_for_slot()) {
        take_results(frames_.slot());
    }
    looks_again_ = Clock::now() >= next_look_;
    if (!state_.screenshots.empty() || is_last_frame()) {
        take_all_results(); // which the heads-up panel is to show
    }
    if (looks_again_) {
        next_look_ = Clock::now() + look_interval;
    }
    if (memory_is_due()) {
        look_at_memory();
    }
    ask_viewers();
    damage_panels();
    if (frame_is_due()) {
        return show_frame();
    }
    take_all_results(); // to be shown by the heads-up panel, when that is due
    return {};
}

bool Session::life_runs() const {
    return state_.life && renderer_.life_refusal() == nullptr;
}

/// Whether the CPU has to write into the memory, or something else may have.
bool Session::memory_is_due() const {
    // With a rule broken, stale bytes may come and go at any time.
    return !strokes_.empty() || state_.animation || fill_ != Fill::nothing || gpu_wrote_ ||
           !changed_.empty() || (state_.rule && looks_again_);
}

bool Session::frame_is_due() const {
    return !canvas_.damaged().empty() || !changed_.empty() || life_runs() || exposed_ ||
           viewers_are_fresh() || looked_at_ == nowhere || !state_.screenshots.empty() ||
           is_last_frame() || parts_.window.framebuffer() != drawn_for_;
}

void Session::take_results(std::size_t slot) {
    Prepared& prepared = prepared_[slot];
    if (!prepared.valid) {
        return; // it had no panels, or those of another memory, before a rule was broken
    }
    times_.gpu = frames_.gpu_milliseconds(slot);
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
    new_results_ = true;
    hud_due_ = true;
}

/// Of the frames that are still in flight, the older first.
void Session::take_all_results() {
    if (std::ranges::none_of(prepared_, &Prepared::valid)) {
        return;
    }
    frames_.wait_for_all();
    for (std::size_t i = 0; i < frames_in_flight; ++i) {
        const std::size_t slot = (frames_.slot() + i) % frames_in_flight;
        if (prepared_[slot].valid) {
            take_results(slot);
        }
    }
}

/// The CPU writes what is to be written, and reads what has changed.
void Session::look_at_memory() {
    // The memory changes hands: what the CPU is about to write, the frame before may still be
    // reading; what the CPU is about to read, the frame before may still be writing.
    frames_.wait_for_all();
    const bool cpu_writes = !strokes_.empty() || state_.animation || fill_ != Fill::nothing;
    if (cpu_writes || gpu_wrote_) {
        ++version_;
    }
    if (gpu_wrote_ || state_.animation || fill_ != Fill::nothing || state_.rule) {
        changed_ = Damage(whole_picture());
    }
    write_memory();
    shared_.copy_rows(renderer_.upload(), changed_);
    state_.work.read_pixels += changed_.pixels();
    const AccessTimes spent = shared_.take_times();
    times_.cpu = milliseconds(spent.access);
    times_.sync = milliseconds(spent.sync);
}

void Session::write_memory() {
    if (fill_ == Fill::clear) {
        shared_.clear();
    } else if (fill_ == Fill::picture) {
        shared_.reload();
    }
    fill_ = Fill::nothing;
    if (state_.animation) {
        shared_.animate(state_.frame);
    }
    if (strokes_.empty()) {
        return;
    }
    for (const BrushStroke& drawn : strokes_) {
        const PixelRange part = touched(drawn, shared_.image().layout().extent);
        changed_.add(
            {.offset = {static_cast<std::int32_t>(part.left), static_cast<std::int32_t>(part.top)},
             .extent = {part.right - part.left, part.bottom - part.top}});
    }
    shared_.draw(strokes_);
    strokes_.clear();
}

/// Has what changed in the memory, the scene and the heads-up panel drawn anew.
void Session::damage_panels() {
    const Shown now{.scene = scene(), .layout = hud_layout()};
    const bool moved = shown_ != now;
    if (moved) {
        canvas_.damage_all();
    } else {
        const Extent picture = shared_.image().layout().extent;
        const auto damage = [&](Panel panel, const vk::Rect2D& part) {
            canvas_.damage(Damage(
                common_part(scene_area(), place_in_window(part, panel, now.scene, now.layout,
                                                          picture, parts_.window.density()))));
        };
        for (const vk::Rect2D& part : changed_.parts()) {
            damage(Panel::cpu_view, part);
            damage(Panel::gpu_view, part);
            damage(Panel::difference, part);
        }
        for (std::size_t viewer = 0; viewer < reads_.size(); ++viewer) {
            if (reads_[viewer].fresh && reads_[viewer].has_panel) {
                damage(panel_of(*parts_.viewers[viewer]), whole_picture());
            }
        }
    }
    prepare_hud(moved || !state_.screenshots.empty() || is_last_frame());
    if (is_saved_next() && microscope_place() != looked_at_) {
        looked_at_ = nowhere; // so that the heads-up panel will have what the GPU reads there
    }
}

/// Builds the heads-up panel if it is due.
void Session::prepare_hud(bool at_once) {
    const Moment now = Clock::now();
    if (!at_once && (!hud_due_ || now < next_hud_)) {
        return;
    }
    // The microscope shows what the GPU has read, so it has to look there first.
    if (!at_once && !new_results_ && microscope_place() != looked_at_) {
        looked_at_ = nowhere;
        return;
    }
    build_hud();
    next_hud_ = now + hud_interval;
    hud_due_ = now < hud_awake_until_;
    new_results_ = false;
}

void Session::look_through_microscope(std::size_t slot) {
    const ImageLayout& layout = shared_.image().layout();
    const std::span<const std::byte> rows = renderer_.upload();
    const glm::ivec2 size(layout.extent.width, layout.extent.height);
    const glm::ivec2 place = microscope_place();
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
    const HudLayout layout = hud_layout();
    parts_.imgui.begin_frame(layout.window, parts_.window.density());
    show_hud({.state = state_,
              .scene = scene(),
              .layout = shared_.image().layout(),
              .facts = facts_,
              .microscope = microscope_,
              .life_refusal = renderer_.life_refusal()},
             layout, parts_.imgui, hud_events_);
    ImGui::Render();
    canvas_.damage(overlay_.take(*ImGui::GetDrawData()));
    ++state_.work.huds;
}

std::expected<void, SwapchainTarget::NoImage> Session::show_frame() {
    const std::size_t slot = frames_.slot();
    const auto start = Clock::now();
    // A Wayland surface takes images of any size: only we can tell that the window has changed.
    const bool same_size = parts_.window.framebuffer() == drawn_for_;
    const auto image = same_size ? target_.acquire(frames_.ready())
                                 : std::unexpected(SwapchainTarget::NoImage::stale);
    if (!image) {
        return std::unexpected(image.error()); // what is damaged or changed remains so
    }
    const auto acquired = Clock::now();
    const bool saw_memory = !changed_.empty();
    record(frames_.begin(), slot, *image);
    frames_.submit(target_.filled(*image));
    const auto submitted = Clock::now();
    target_.present(*image);
    if (saw_memory) {
        times_.submit = milliseconds(submitted - acquired);
        times_.present = milliseconds(acquired - start + (Clock::now() - submitted));
        state_.times.add(times_);
    }
    ++state_.work.frames;
    if (screenshot_bytes_) {
        save_screenshot();
    }
    return {};
}

void Session::record(const vk::raii::CommandBuffer& commands, std::size_t slot,
                     std::uint32_t image) {
    const bool with_panels = life_runs() || !changed_.empty() || viewers_are_fresh() ||
                             looked_at_ == nowhere ||
                             !canvas_.damaged().within(scene_area()).empty();
    if (with_panels) {
        begin_panels(commands, slot);
    }
    overlay_.prepare();
    const Scene now = scene();
    const Damage drawn = canvas_.draw(commands, [&](const vk::Rect2D& part) {
        const vk::Rect2D in_scene = common_part(part, scene_area());
        if (pixels_of(in_scene) > 0) {
            commands.setViewport(
                0, vk::Viewport{.width = static_cast<float>(target_.extent().width),
                                .height = hud_layout().scene_height * parts_.window.density(),
                                .maxDepth = 1.0F});
            commands.setScissor(0, in_scene);
            renderer_.draw(commands, now);
        }
        overlay_.draw(commands, part);
    });
    if (with_panels) {
        renderer_.end(commands, state_.life);
        gpu_wrote_ = life_runs();
    }
    state_.work.pixels += drawn.pixels();
    shown_ = Shown{.scene = now, .layout = hud_layout()};
    target_.fill(commands, image, canvas_.image(), drawn);
    exposed_ = false;
    if (!state_.screenshots.empty() && target_.can_copy_out()) {
        const vk::Extent2D size = target_.extent();
        screenshot_bytes_.emplace(context_.allocator(), std::size_t{4} * size.width * size.height,
                                  vk::BufferUsageFlagBits::eTransferDst, MemoryUse::readback);
        target_.copy_out(commands, image, screenshot_bytes_->handle());
    }
    target_.finish(commands, image);
}

/// Takes in what has changed in the memory and in what viewers have read.
void Session::begin_panels(const vk::raii::CommandBuffer& commands, std::size_t slot) {
    PanelRenderer::Changes changes{.memory = changed_};
    if (viewers_are_fresh()) {
        frames_.wait_for_all(); // the frame before may be reading the pictures before
    }
    for (std::size_t viewer = 0; viewer < reads_.size(); ++viewer) {
        Read& read = reads_[viewer];
        const bool fresh = std::exchange(read.fresh, false);
        if (fresh) {
            std::ranges::copy(read.rows, renderer_.viewer_upload(viewer).begin());
        }
        changes.uploads[viewer] = fresh;
        changes.compares[viewer] =
            read.has_panel && read.version == version_ && (fresh || !changed_.empty());
        prepared_[slot].read[viewer] = changes.compares[viewer];
    }
    look_through_microscope(slot);
    looked_at_ = prepared_[slot].microscope.place;
    renderer_.begin(commands, slot, looked_at_, changes);
    changed_ = {};
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

} // namespace parallax::demo
