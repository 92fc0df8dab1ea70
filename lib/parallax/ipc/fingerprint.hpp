// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"

#include <cstdint>

namespace parallax {

/// A hash of a picture: FNV-1a, 64 bits, over width and height (4 bytes each, least significant
/// first) and the pixels (red, green, blue, alpha) in reading order. Detects mistakes, not attacks.
[[nodiscard]] std::uint64_t fingerprint(const Picture& picture);

} // namespace parallax
