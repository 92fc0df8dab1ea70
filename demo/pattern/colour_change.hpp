// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"

#include <optional>

namespace parallax::demo {

/// Looks whether colours were changed only slightly and all in the same way, as colour management
/// and displays with fewer bits do: each channel is then nearly a sum of the written channels, with
/// factors near those of no change, and nearer to these than to those of a confused range or
/// encoding of luma and chroma.
/// @return the largest change of a channel, of 255; none if it is another change.
/// @throws std::invalid_argument when the extents differ.
[[nodiscard]] std::optional<int> slight_colour_change(const Picture& written, const Picture& seen);

} // namespace parallax::demo
