// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/picture.hpp"

namespace parallax::demo {

/// The project's own picture, assets/parallax.png, which is part of the program.
[[nodiscard]] Picture default_picture();

} // namespace parallax::demo
