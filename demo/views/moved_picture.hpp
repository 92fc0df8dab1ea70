// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/picture.hpp"

#include <cstdint>

namespace parallax::demo {

/// Frame number @p sequence of a picture that moves: each frame lies 8 pixels further to the left
/// than the one before, and what leaves on the left comes back on the right.
[[nodiscard]] Picture moved_picture(const Picture& picture, std::uint64_t sequence);

} // namespace parallax::demo
