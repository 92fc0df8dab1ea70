// SPDX-License-Identifier: MIT
#include "window/pointer_gestures.hpp"

#include "window/hud.hpp"

#include <cmath>
#include <utility>

namespace parallax::demo {
namespace {

constexpr float degrees_per_unit = 0.35F; // of a drag
constexpr float zoom_per_step = 1.12F;    // of the wheel

} // namespace

Gesture PointerGestures::take(const PointerInput& input, const Scene& scene,
                              const HudLayout& layout) {
    using Kind = PointerInput::Kind;
    const glm::vec2 moved = input.place - std::exchange(place_, input.place);
    const bool in_scene = input.place.y < layout.scene_height;
    const glm::vec2 clip = layout.to_clip(input.place);
    const auto found = in_scene ? scene.pick(clip) : std::nullopt;
    Gesture gesture;
    switch (input.kind) {
    case Kind::press: {
        if (drag_ != Drag::none) {
            break; // by another button
        }
        button_ = input.button;
        const bool draws =
            input.button == PointerInput::Button::left && found && found->panel == Panel::cpu_view;
        drag_ = !in_scene ? Drag::hud : draws ? Drag::stroke : Drag::orbit;
        if (draws) {
            pen_ = found->pixel;
            gesture.stroke = Stroke{.from = pen_, .to = pen_};
        }
        break;
    }
    case Kind::release:
        if (input.button == button_) {
            drag_ = Drag::none;
        }
        break;
    case Kind::scroll:
        if (in_scene) {
            gesture.zoom = std::pow(zoom_per_step, input.steps);
        }
        break;
    case Kind::move:
        if (found && drag_ != Drag::hud) {
            gesture.point = found->pixel;
        }
        if (drag_ == Drag::orbit) {
            gesture.orbit = glm::vec2(-moved.x, moved.y) * degrees_per_unit;
        } else if (drag_ == Drag::stroke) {
            if (const auto pixel = scene.pixel_on(Panel::cpu_view, clip)) {
                gesture.stroke = Stroke{.from = std::exchange(pen_, *pixel), .to = *pixel};
            }
        }
        break;
    case Kind::leave:
        break;
    }
    return gesture;
}

} // namespace parallax::demo
