// SPDX-License-Identifier: MIT
#pragma once

#include "window/orbit_camera.hpp"
#include "window/panels.hpp"

#include "parallax/image/layout.hpp"

#include <glm/mat4x4.hpp>
#include <glm/vec2.hpp>

#include <cstddef>
#include <optional>
#include <span>

namespace parallax::demo {

/// A place in a picture, and on which panel it was found.
struct Place {
    Panel panel;
    glm::vec2 pixel; ///< from the top left corner

    bool operator==(const Place&) const = default;
};

/// What the scene is seen in, and what is kept free there, all in one unit of length.
struct Viewport {
    glm::vec2 size;
    float gap = 0;   ///< between panels, and around them
    float title = 0; ///< above each row of panels, for words
};

/// Panels in as many rows as make them largest, each one unit high, seen through a camera. A value,
/// made anew when the camera, the window, the picture or the panels change.
class Scene {
public:
    Scene(Extent picture, const Panels& panels, const OrbitCamera& camera,
          const Viewport& viewport);

    /// The height of the viewport in which one row of panels is as wide as it can be, and no more.
    [[nodiscard]] static float height_of_one_row(Extent picture, const Panels& panels,
                                                 const Viewport& viewport);

    /// The panels that there are.
    [[nodiscard]] std::span<const Panel> panels() const noexcept { return panels_.list(); }

    /// From the unit square, y downwards, to clip space. The panel must be there.
    [[nodiscard]] glm::mat4 transform(Panel panel) const;

    /// Clip space (-1 to 1, y downwards) of a corner of a panel: 0, 0 is its top left.
    [[nodiscard]] glm::vec2 corner(Panel panel, glm::vec2 corner) const;

    /// What lies under a point in clip space.
    [[nodiscard]] std::optional<Place> pick(glm::vec2 clip) const;

    /// The same, of one panel's plane and as if it had no edge: a stroke may leave the picture.
    [[nodiscard]] std::optional<glm::vec2> pixel_on(Panel panel, glm::vec2 clip) const;

    bool operator==(const Scene&) const = default;

private:
    [[nodiscard]] glm::vec2 size() const;

    Extent picture_;
    Panels panels_;
    std::size_t columns_;
    float gap_; // in heights of a panel, as is all that follows
    float title_;
    glm::mat4 camera_{1.0F}; // from the scene to clip space
};

} // namespace parallax::demo
