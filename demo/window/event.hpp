// SPDX-License-Identifier: MIT
#pragma once

#include "window/brush.hpp"
#include "window/controls.hpp"
#include "window/pointer.hpp"

#include "parallax/image/layout.hpp"

#include <glm/vec2.hpp>

#include <filesystem>
#include <variant>

namespace parallax::demo {

// What happens to the window. Hands and scripts make the same events, so that whatever works for
// one works for the other.

struct PointAt { ///< the microscope's place, in pixels of the picture
    glm::vec2 pixel;
    bool operator==(const PointAt&) const = default;
};
struct ChangeBrush {
    Brush brush;
    bool operator==(const ChangeBrush&) const = default;
};
struct Orbit { ///< degrees to the right and up
    glm::vec2 degrees;
    bool operator==(const Orbit&) const = default;
};
struct Zoom {
    float factor;
    bool operator==(const Zoom&) const = default;
};
struct Resize { ///< the window, in its own units
    Extent size;
    bool operator==(const Resize&) const = default;
};
struct OpenPicture {
    std::filesystem::path file;
    bool operator==(const OpenPicture&) const = default;
};
struct SaveScreenshot {
    std::filesystem::path file;
    bool operator==(const SaveScreenshot&) const = default;
};
/// The window system has lost what it showed of the window, or a part of it.
struct Expose {
    bool operator==(const Expose&) const = default;
};
/// Only in scripts: act as if the device or the surface had been lost, to see the way back; or kill
/// a viewer's process, to see the window go on.
struct Lose {
    enum class What { device, surface, process, display } what;
    bool operator==(const Lose&) const = default;
};

using Event = std::variant<Action, PointerInput, Stroke, PointAt, ChangeBrush, Orbit, Zoom, Resize,
                           OpenPicture, SaveScreenshot, Expose, Lose>;

} // namespace parallax::demo
