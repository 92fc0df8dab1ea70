// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace parallax {

/// True if the content begins as a JPEG file does.
[[nodiscard]] bool is_jpeg(std::span<const unsigned char> content);

/// The orientation of a camera in Exif's numbers: 1 upright, 2 to 8 rotated and mirrored.
using Orientation = int;

/// The orientation that a PNG or JPEG file states in its Exif part; 1 if there is no valid one.
[[nodiscard]] Orientation stated_orientation(std::span<const unsigned char> content);

/// Finds a JPEG file whose data end before the picture.
/// @return the offset in bytes of that end; nothing when the file is complete, or not a JPEG.
[[nodiscard]] std::optional<std::size_t> cut_off_at(std::span<const unsigned char> jpeg);

/// The picture rotated and mirrored so that it is upright.
[[nodiscard]] Picture upright(Picture picture, Orientation orientation);

} // namespace parallax
