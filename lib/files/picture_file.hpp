// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"

#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace parallax {

/// Reads a PNG or JPEG file, and rotates the picture by its Exif orientation.
/// @throws std::runtime_error with the file's name, the error, and the accepted formats.
[[nodiscard]] Picture load_picture(const std::filesystem::path& file);

/// The same from a file's content; @p name stands for it in messages.
[[nodiscard]] Picture decode_picture(std::span<const unsigned char> content,
                                     const std::string& name);

/// The content of a PNG file; @p name stands for it in messages.
/// @throws std::runtime_error, for sides above largest_side too.
[[nodiscard]] std::vector<char> encode_png(const Picture& picture, const std::string& name);

/// Writes a PNG, as write_file() does, so that no half-written file exists at any time.
/// @throws std::runtime_error, for sides above largest_side too, or std::system_error, with the
///         file's name.
void save_png(const Picture& picture, const std::filesystem::path& file);

/// The picture scaled to @p extent: averaged when made smaller, interpolated when made larger.
[[nodiscard]] Picture resized(const Picture& picture, Extent extent);

/// The picture in the middle of a black frame, scaled to fit.
/// @param largest factor by which it is scaled.
[[nodiscard]] Picture centred(const Picture& picture, Extent frame,
                              double largest = std::numeric_limits<double>::infinity());

} // namespace parallax
