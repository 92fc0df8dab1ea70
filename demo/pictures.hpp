// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"

#include <cstdint>

namespace parallax::demo {

/// The project's own picture, assets/parallax.png, which is part of the program.
[[nodiscard]] Picture default_picture();

/// Frame number @p sequence of a moving picture: each frame is rotated 8 pixels further to the left
/// than the one before.
[[nodiscard]] Picture moved_picture(const Picture& picture, std::uint64_t sequence);

} // namespace parallax::demo
