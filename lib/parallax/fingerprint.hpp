// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/picture.hpp"

#include <cstdint>

namespace parallax {

/// A number that stands for a picture: equal for equal pictures, and for different ones as good as
/// never. FNV-1a, 64 bits, over width and height (4 bytes each, least significant first) and the
/// pixels (red, green, blue, alpha) in reading order. Guards against mistakes, not against malice.
[[nodiscard]] std::uint64_t fingerprint(const Picture& picture);

} // namespace parallax
