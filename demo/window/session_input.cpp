// SPDX-License-Identifier: MIT
// The session's input, from the window and from scripts alike.
#include "window/session.hpp"

#include "files/picture_file.hpp"
#include "parallax/dmabuf/page_size.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace parallax::demo {
namespace {

constexpr std::chrono::seconds hud_hint_delay(1); // and more

template <typename... Cases>
struct Match : Cases... {
    using Cases::operator()...;
};

/// What fits beside the name of a fact.
std::string shortened(const std::string& text) {
    constexpr std::size_t most = 22;
    const std::size_t bracket = std::min(text.find(" ("), text.size());
    return bracket <= most ? text.substr(0, bracket) : text.substr(0, most - 2) + "..";
}

} // namespace

void Session::take_input() {
    const auto events = parts_.script.events();
    while (state_.script_place < events.size() &&
           events[state_.script_place].frame <= state_.frame) {
        handle(events[state_.script_place++].event); // counted first: losing may throw
    }
    take_hud_events();
    for (const Event& event : parts_.window.events()) {
        handle(event);
    }
    parts_.window.clear_events();
}

void Session::take_hud_events() {
    for (const Event& event : hud_events_) {
        handle(event); // none of them adds any
    }
    hud_events_.clear();
}

void Session::take(const PointerInput& input) {
    ImGuiSession::take(input);
    if (input.place.y >= hud_layout().scene_height) {
        hud_awake_until_ = std::chrono::steady_clock::now() + hud_hint_delay;
    }
    const bool held_hud = gestures_.holds_hud();
    const Gesture gesture = gestures_.take(input, scene(), hud_layout());
    if (gestures_.holds_hud() != held_hud) {
        build_hud(); // its buttons act now: what follows is drawn with the colour that was chosen
        take_hud_events();
    }
    if (gesture.point) {
        handle(PointAt{*gesture.point});
    }
    if (gesture.stroke) {
        handle(*gesture.stroke);
    }
    if (gesture.orbit) {
        handle(Orbit{*gesture.orbit});
    }
    if (gesture.zoom) {
        handle(Zoom{*gesture.zoom});
    }
}

void Session::handle(const Event& event) {
    hud_due_ = true;
    std::visit(Match{[this](Action action) { press(action); },
                     [this](const PointerInput& input) { take(input); },
                     [this](const Stroke& stroke) { strokes_.push_back({stroke, state_.brush}); },
                     [this](const PointAt& at) { state_.place = at.pixel; },
                     [this](const ChangeBrush& change) { state_.brush = change.brush; },
                     [this](const Orbit& orbit) { state_.camera.orbit(orbit.degrees); },
                     [this](const Zoom& zoom) { state_.camera.zoom(zoom.factor); },
                     [this](const Resize& resize) { parts_.window.resize(resize.size); },
                     [this](const OpenPicture& picture) { open(picture.file); },
                     [this](const SaveScreenshot& screenshot) {
                         mark_unsteady();
                         if (target_.can_copy_out()) {
                             state_.screenshots.push_back(screenshot.file);
                         } else {
                             state_.notice = "this window system gives no screenshot";
                             state_.refused.push_back(
                                 text::format("{}: {}", screenshot.file.string(), state_.notice));
                         }
                     },
                     [this](Expose) {
                         exposed_ = true;
                         target_.present_all();
                     },
                     [this](const Lose& loss) { lose(loss.what); }},
               event);
}

void Session::press(Action action) {
    mark_unsteady();
    Brush& brush = state_.brush;
    switch (action) {
    case Action::toggle_life:
        state_.life = !state_.life;
        state_.notice =
            state_.life && renderer_.life_refusal() != nullptr ? renderer_.life_refusal() : "";
        return;
    case Action::toggle_animation:
        state_.animation = !state_.animation;
        return;
    case Action::clear:
    case Action::reload:
        strokes_.clear(); // drawn before, they would be gone now
        fill_ = action == Action::clear ? Fill::clear : Fill::picture;
        return;
    case Action::next_colour: {
        const auto* const now = std::ranges::find(brush_colours, brush.colour);
        brush.colour = now == brush_colours.end() || now + 1 == brush_colours.end()
                           ? brush_colours.front()
                           : now[1];
        return;
    }
    case Action::larger_brush:
        brush.radius = std::min(brush.radius * 1.5F, Brush::largest);
        return;
    case Action::smaller_brush:
        brush.radius = std::max(brush.radius / 1.5F, Brush::smallest);
        return;
    case Action::straight_on:
        state_.camera.straight_on();
        return;
    case Action::toggle_full_screen:
        parts_.window.toggle_full_screen();
        return;
    case Action::toggle_hud:
        state_.hud = !state_.hud;
        return;
    case Action::toggle_help:
        state_.help = !state_.help;
        return;
    case Action::quit:
        parts_.frames = state_.frame; // this was the last
        return;
    case Action::keep_all_rules:
    case Action::break_sync:
    case Action::break_foreign:
    case Action::break_stride:
    case Action::break_decoy:
    case Action::break_read_only:
        break_rule(find_rule(action));
        return;
    }
    std::unreachable();
}

void Session::break_rule(std::optional<std::size_t> rule) {
    frames_.wait_for_all(); // the old memory is about to end
    for (Prepared& prepared : prepared_) {
        prepared.valid = false;
    }
    gpu_wrote_ = false;
    state_.rule = rule;
    if (rule) {
        state_.rule_read_about = rule; // and goes on when it is kept again
    }
    const auto make_anew = [this] {
        return shared_.break_rule(context_, *parts_.machine.exporter, state_.rule);
    };
    auto done = make_anew();
    if (rule) {
        state_.outcomes[*rule] = {.tried = true, .refusal = done ? "" : joined(done.error(), "; ")};
    }
    if (!done) { // back to what can be had
        state_.rule.reset();
        done = make_anew();
    }
    if (!done) {
        throw std::runtime_error("the memory cannot be imported again: " +
                                 joined(done.error(), "; "));
    }
    renderer_.attach(shared_.image());
    changed_ = Damage(whole_picture());
    show_to_viewers();
    describe_memory();
}

void Session::open(const std::filesystem::path& file) try {
    mark_unsteady();
    const Picture picture = load_picture(file);
    frames_.wait_for_all();
    strokes_.clear();
    fill_ = Fill::nothing;
    shared_.open(picture);
    changed_ = Damage(whole_picture());
    ++version_;
    state_.notice.clear();
} catch (const std::runtime_error& error) {
    state_.notice = error.what();
}

void Session::lose(Lose::What what) {
    if (what == Lose::What::device) {
        throw vk::DeviceLostError("the script said so");
    }
    if (what == Lose::What::surface) {
        recover_surface();
        return;
    }
    const std::string_view name = what == Lose::What::process ? "process" : "display";
    for (const auto& viewer : parts_.viewers) {
        if (viewer->kind().name == name) {
            viewer->kill();
        }
    }
}

/// The window is still there, but what connects it with Vulkan is not: makes that anew.
void Session::recover_surface() {
    ++state_.losses;
    mark_unsteady();
    frames_.wait_for_all();
    target_.release();
    parts_.machine.device.surface = nullptr;
    parts_.machine.device.surface = parts_.window.create_surface(*parts_.machine.device.instance);
    recreate_target();
}

void Session::describe_memory() {
    mark_unsteady();
    const SharedImage& image = shared_.image();
    const ImageLayout& layout = image.layout();
    const std::uint64_t size = image.buffer().size();
    facts_ = {
        {"exporter", parts_.exporter},
        {"device", shortened(context_.facts().name)},
        {"driver", shortened(context_.facts().driver)},
        {"import", std::string(import_method_name(image.plan().method))},
        {"format",
         text::format("{} {}x{}", layout.format().name, layout.extent.width, layout.extent.height)},
        {"modifier", layout.modifier == 0 ? "LINEAR" : text::format("0x{:x}", layout.modifier)},
        {"stride", text::format("{} bytes", layout.planes[0].stride)},
        {"size", text::format("{} bytes", size)},
        {"pages", text::format("{} of {} bytes", size / page_size(), page_size())},
        {"window", std::string(GlfwWindow::platform())}};
}

void Session::prepare_fonts() {
    const float scale = parts_.window.content_scale();
    if (scale == font_scale_) {
        return;
    }
    frames_.wait_for_all();
    mark_unsteady();
    parts_.imgui.make_fonts(scale, parts_.window.density());
    overlay_.upload_fonts();
    shown_.reset();
    font_scale_ = scale;
}

} // namespace parallax::demo
