// SPDX-License-Identifier: MIT
#include "window/scene.hpp"

#include <glm/ext/matrix_transform.hpp>
#include <glm/matrix.hpp>

#include <utility>

namespace parallax::demo {
namespace {

constexpr float gap = 0.06F; // between panels, in their height

float panel_width(Extent picture) {
    return static_cast<float>(picture.width) / static_cast<float>(picture.height);
}

} // namespace

glm::vec2 Scene::size(Extent picture, std::size_t panels) {
    const auto count = static_cast<float>(panels);
    return {count * panel_width(picture) + (count + 1.0F) * gap, 1.0F + 4.0F * gap};
}

Scene::Scene(Extent picture, std::size_t panels, const glm::mat4& camera)
    : picture_(picture),
      panels_(panels),
      camera_(camera) {}

glm::mat4 Scene::transform(Shows panel) const {
    const float width = panel_width(picture_);
    const float middle = (static_cast<float>(panels_) - 1.0F) / 2.0F;
    const float left =
        (static_cast<float>(std::to_underlying(panel)) - middle) * (width + gap) - width / 2.0F;
    const glm::mat4 moved = glm::translate(glm::mat4(1.0F), glm::vec3(left, 0.5F, 0.0F));
    return camera_ * glm::scale(moved, glm::vec3(width, -1.0F, 1.0F));
}

glm::vec2 Scene::corner(Shows panel, glm::vec2 corner) const {
    const glm::vec4 clip = transform(panel) * glm::vec4(corner, 0.0F, 1.0F);
    return glm::vec2(clip) / clip.w;
}

std::optional<glm::vec2> Scene::pixel_on(Shows panel, glm::vec2 clip) const {
    // The line of sight through the point, in the panel's own coordinates, meets z = 0.
    const glm::mat4 back = glm::inverse(transform(panel));
    const glm::vec4 near = back * glm::vec4(clip, 0.0F, 1.0F);
    const glm::vec4 far = back * glm::vec4(clip, 1.0F, 1.0F);
    const glm::vec3 from = glm::vec3(near) / near.w;
    const glm::vec3 along = glm::vec3(far) / far.w - from;
    if (along.z == 0.0F) {
        return std::nullopt;
    }
    const glm::vec3 met = from - along * (from.z / along.z);
    return glm::vec2(met) * glm::vec2(picture_.width, picture_.height);
}

std::optional<Place> Scene::pick(glm::vec2 clip) const {
    for (const Shows panel : panels()) {
        const auto pixel = pixel_on(panel, clip);
        if (pixel && pixel->x >= 0.0F && pixel->y >= 0.0F &&
            pixel->x < static_cast<float>(picture_.width) &&
            pixel->y < static_cast<float>(picture_.height)) {
            return Place{.panel = panel, .pixel = *pixel};
        }
    }
    return std::nullopt;
}

} // namespace parallax::demo
