// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image_layout.hpp"
#include "parallax/picture.hpp"

#include <cstddef>
#include <span>

namespace parallax {

/// Draws a picture into memory of any kind, at the layout's offset and stride. Padding is left as
/// it is.
/// @param memory the whole buffer, as CpuAccess gives it.
/// @throws std::invalid_argument when the picture's extent is not the layout's, or the memory is
///         too small for the layout; nothing is written then.
void paint(const Picture& picture, const ImageLayout& layout, std::span<std::byte> memory);

/// Reads a picture out of memory: the view that a CPU has of it.
/// @throws std::invalid_argument when the memory is too small for the layout.
[[nodiscard]] Picture view(const ImageLayout& layout, std::span<const std::byte> memory);

} // namespace parallax
