// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image_layout.hpp"

#include <glm/mat4x4.hpp>
#include <glm/vec2.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace parallax::demo {

/// What a panel shows. The first three numbers are those of shaders/panel.frag.
enum class Shows : std::uint32_t { cpu_view = 0, gpu_view = 1, difference = 2, process_view = 3 };

/// From left to right. The last is there only as long as another process looks.
inline constexpr std::array all_panels{Shows::cpu_view, Shows::gpu_view, Shows::difference,
                                       Shows::process_view};

/// A place in a picture, and on which panel it was found.
struct Place {
    Shows panel;
    glm::vec2 pixel; ///< from the top left corner

    bool operator==(const Place&) const = default;
};

/// The first of the panels side by side, each one unit high, seen through a camera. A value, made
/// anew when the camera, the window or the picture changes.
class Scene {
public:
    /// Width and height of so many panels with the space between and around them.
    [[nodiscard]] static glm::vec2 size(Extent picture, std::size_t panels);

    /// @param panels how many of all_panels there are.
    /// @param camera from the scene to clip space: Camera::transform().
    Scene(Extent picture, std::size_t panels, const glm::mat4& camera);

    /// The panels that there are.
    [[nodiscard]] std::span<const Shows> panels() const noexcept {
        return std::span(all_panels).first(panels_);
    }

    /// From the unit square, y downwards, to clip space.
    [[nodiscard]] glm::mat4 transform(Shows panel) const;

    /// Clip space (-1 to 1, y downwards) of a corner of a panel: 0, 0 is its top left.
    [[nodiscard]] glm::vec2 corner(Shows panel, glm::vec2 corner) const;

    /// What lies under a point in clip space.
    [[nodiscard]] std::optional<Place> pick(glm::vec2 clip) const;

    /// The same, of one panel's plane and as if it had no edge: a stroke may leave the picture.
    [[nodiscard]] std::optional<glm::vec2> pixel_on(Shows panel, glm::vec2 clip) const;

private:
    Extent picture_;
    std::size_t panels_;
    glm::mat4 camera_;
};

} // namespace parallax::demo
