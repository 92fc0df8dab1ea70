// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"

#include <array>
#include <string_view>

namespace parallax::demo {

/// A way to find the colours between pixels when a picture is scaled.
struct Filter {
    std::string_view name; ///< "a linear filter"
    Rgba8 (*sample)(const Picture& picture, double x, double y);
};

/// Samples at a place in pixels from the top left corner; the middle of a pixel is at its half.
/// Pixels at the edges continue outside.
[[nodiscard]] Rgba8 sample_nearest(const Picture& picture, double x, double y);
[[nodiscard]] Rgba8 sample_linear(const Picture& picture, double x, double y);
[[nodiscard]] Rgba8 sample_cubic(const Picture& picture, double x, double y); ///< Catmull-Rom

/// All of them.
inline constexpr std::array filters{Filter{"no filter", sample_nearest},
                                    Filter{"a linear filter", sample_linear},
                                    Filter{"a cubic filter", sample_cubic}};

} // namespace parallax::demo
