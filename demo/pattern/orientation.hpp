// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"

#include <array>
#include <string_view>

namespace parallax::demo {

/// A way in which a picture is turned. A value.
struct Orientation {
    std::string_view sentence; ///< "geometry: upside down"; empty if it is upright
    bool exchanges_sides;      ///< rows have become columns
    bool from_right;           ///< what is read from the right to make it upright
    bool from_bottom;          ///< or from the bottom
};

/// All of them, upright first.
inline constexpr std::array orientations{
    Orientation{"", false, false, false},
    Orientation{"geometry: upside down", false, false, true},
    Orientation{"geometry: mirrored, left and right are exchanged", false, true, false},
    Orientation{"geometry: rotated by 180 degrees", false, true, true},
    Orientation{"geometry: rotated by 90 degrees, clockwise", true, true, false},
    Orientation{"geometry: rotated by 90 degrees, counterclockwise", true, false, true},
    Orientation{"geometry: mirrored, rows and columns are exchanged", true, false, false},
    Orientation{"geometry: mirrored and rotated by 90 degrees", true, true, true},
};

/// A picture that is turned so, made upright. Without an exchange of the sides, this also turns an
/// upright one.
[[nodiscard]] Picture made_upright(const Picture& picture, const Orientation& orientation);

} // namespace parallax::demo
