// SPDX-License-Identifier: MIT
#pragma once

#include <glm/mat4x4.hpp>
#include <glm/vec2.hpp>

namespace parallax::demo {

/// Looks at the middle of the scene from a point on a sphere around it. A value.
class OrbitCamera {
public:
    /// Degrees to the right and up; it stops short of looking along the panels.
    void orbit(glm::vec2 degrees);

    /// Nearer by this factor; limited to what still makes sense.
    void zoom(float factor);

    /// Back to where the panels are seen as they are.
    void straight_on() { *this = OrbitCamera{}; }
    [[nodiscard]] bool is_straight_on() const { return *this == OrbitCamera{}; }

    /// From the scene (x right, y up, the panels at z = 0) to Vulkan's clip space.
    /// @param scene  width and height that must fit when straight on and not zoomed.
    /// @param aspect width by height of the viewport.
    [[nodiscard]] glm::mat4 transform(glm::vec2 scene, float aspect) const;

    [[nodiscard]] glm::vec2 angles() const { return angles_; } ///< degrees
    [[nodiscard]] float magnification() const { return magnification_; }

    bool operator==(const OrbitCamera&) const = default;

private:
    glm::vec2 angles_{0.0F, 0.0F}; // degrees
    float magnification_ = 1.0F;
};

} // namespace parallax::demo
