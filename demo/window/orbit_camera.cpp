// SPDX-License-Identifier: MIT
#include "window/orbit_camera.hpp"

#include <glm/common.hpp>
#include <glm/ext/matrix_clip_space.hpp>
#include <glm/ext/matrix_transform.hpp>
#include <glm/trigonometric.hpp>

#include <algorithm>
#include <cmath>

namespace parallax::demo {
namespace {

constexpr float steepest = 75.0F;      // degrees
constexpr float field_of_view = 30.0F; // degrees, from top to bottom

} // namespace

void OrbitCamera::orbit(glm::vec2 degrees) {
    angles_ = glm::clamp(angles_ + degrees, -steepest, steepest);
}

void OrbitCamera::zoom(float factor) {
    magnification_ = std::clamp(magnification_ * factor, 0.25F, 64.0F);
}

glm::mat4 OrbitCamera::transform(glm::vec2 scene, float aspect) const {
    const float half_height = std::tan(glm::radians(field_of_view) / 2.0F);
    const float distance = std::max(scene.y / 2.0F, scene.x / 2.0F / aspect) / half_height;

    // At a steep angle near edges come close: the near plane stays well before them.
    glm::mat4 clip = glm::perspectiveRH_ZO(glm::radians(field_of_view), aspect, distance * 0.01F,
                                           distance * 10.0F);
    clip[1][1] = -clip[1][1]; // Vulkan counts y downwards
    // Magnifying the picture, rather than going near, never puts the eye behind a panel.
    clip = glm::scale(glm::mat4(1.0F), glm::vec3(magnification_, magnification_, 1.0F)) * clip;

    glm::mat4 eye = glm::translate(glm::mat4(1.0F), glm::vec3(0.0F, 0.0F, -distance));
    eye = glm::rotate(eye, glm::radians(angles_.y), glm::vec3(1.0F, 0.0F, 0.0F));
    eye = glm::rotate(eye, -glm::radians(angles_.x), glm::vec3(0.0F, 1.0F, 0.0F));
    return clip * eye;
}

} // namespace parallax::demo
