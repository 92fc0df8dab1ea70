// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"

#include <span>
#include <string>

namespace parallax {

/// A picture and its title.
struct TitledPicture {
    std::string title;      ///< printable ASCII
    const Picture* picture; ///< borrowed
};

/// Pictures in rows of four at most, each under its title, with @p caption below. All opaque: alpha
/// has been compared already, and must not change the colours in a picture viewer.
///
/// If the sheet would exceed largest_side pixels, all pictures are reduced by the same integer.
/// Each block becomes one pixel with the brightest value of each channel, so that a difference of a
/// single pixel remains visible, and the caption says so.
[[nodiscard]] Picture contact_sheet(std::span<const TitledPicture> pictures,
                                    const std::string& caption);

} // namespace parallax
