// SPDX-License-Identifier: MIT
#include "window/scene.hpp"

#include <glm/ext/matrix_transform.hpp>
#include <glm/matrix.hpp>

#include <algorithm>

namespace parallax::demo {
namespace {

/// Width by height.
float shape(Extent picture) {
    return static_cast<float>(picture.width) / static_cast<float>(picture.height);
}

std::size_t rows_for(std::size_t panels, std::size_t columns) {
    return (panels + columns - 1) / columns;
}

/// How high panels can be that stand in so many columns.
float panel_height(Extent picture, std::size_t panels, std::size_t columns,
                   const Viewport& viewport) {
    const auto across = static_cast<float>(columns);
    const auto down = static_cast<float>(rows_for(panels, columns));
    const float wide = (viewport.size.x - (across + 1.0F) * viewport.gap) / across;
    const float high = (viewport.size.y - (down + 1.0F) * viewport.gap) / down - viewport.title;
    return std::max(1.0F, std::min(wide / shape(picture), high)); // a window can be tiny
}

std::size_t best_columns(Extent picture, std::size_t panels, const Viewport& viewport) {
    std::size_t best =
        std::max<std::size_t>(panels, 1); // one row, unless another way makes them larger
    for (std::size_t columns = panels; columns > 0; --columns) {
        if (panel_height(picture, panels, columns, viewport) >
            panel_height(picture, panels, best, viewport)) {
            best = columns;
        }
    }
    return best;
}

} // namespace

Scene::Scene(Extent picture, const Panels& panels, const OrbitCamera& camera,
             const Viewport& viewport)
    : picture_(picture),
      panels_(panels),
      columns_(best_columns(picture, panels.list().size(), viewport)) {
    const float height = panel_height(picture, panels.list().size(), columns_, viewport);
    gap_ = viewport.gap / height;
    title_ = viewport.title / height;
    camera_ = camera.transform(size(), viewport.size.x / viewport.size.y);
}

float Scene::height_of_one_row(Extent picture, const Panels& panels, const Viewport& viewport) {
    const auto across = static_cast<float>(panels.list().size());
    const float wide = (viewport.size.x - (across + 1.0F) * viewport.gap) / across;
    return wide / shape(picture) + viewport.title + 2.0F * viewport.gap;
}

/// Of all panels, with their titles and what is free around them.
glm::vec2 Scene::size() const {
    const auto across = static_cast<float>(columns_);
    const auto down = static_cast<float>(rows_for(panels().size(), columns_));
    return {across * shape(picture_) + (across + 1.0F) * gap_,
            down * (1.0F + title_) + (down + 1.0F) * gap_};
}

glm::mat4 Scene::transform(Panel panel) const {
    const auto number =
        static_cast<std::size_t>(std::ranges::find(panels(), panel) - panels().begin());
    const std::size_t row = number / columns_;
    const std::size_t in_row = std::min(columns_, panels().size() - row * columns_);
    const float width = shape(picture_);
    const float middle = (static_cast<float>(in_row) - 1.0F) / 2.0F; // each row is centred
    const float left =
        (static_cast<float>(number % columns_) - middle) * (width + gap_) - width / 2.0F;
    const float top =
        size().y / 2.0F - gap_ - title_ - static_cast<float>(row) * (1.0F + title_ + gap_);
    const glm::mat4 moved = glm::translate(glm::mat4(1.0F), glm::vec3(left, top, 0.0F));
    return camera_ * glm::scale(moved, glm::vec3(width, -1.0F, 1.0F));
}

glm::vec2 Scene::corner(Panel panel, glm::vec2 corner) const {
    const glm::vec4 clip = transform(panel) * glm::vec4(corner, 0.0F, 1.0F);
    return glm::vec2(clip) / clip.w;
}

std::optional<glm::vec2> Scene::pixel_on(Panel panel, glm::vec2 clip) const {
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
    for (const Panel panel : panels()) {
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
