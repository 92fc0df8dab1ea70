// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/comparison.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/samples.hpp"

#include <optional>
#include <utility>

namespace parallax {

/// What a reader sees of memory: the picture, and its samples where the picture does not have all
/// of them. A value.
struct SampledPicture {
    Picture picture;                     ///< rounded to 8 bits
    std::optional<Samples> samples = {}; ///< of luma and chroma, or of more than 8 bits
};

/// True if a picture has fewer bits than the format's samples, or channels that these lack, or is
/// made of luma and chroma.
[[nodiscard]] bool has_samples(const Format& format) noexcept;

/// Reads both out of memory.
/// @throws as read_pixels().
[[nodiscard]] SampledPicture read_sampled(const ImageLayout& layout, BufferBytes memory);
/// The same where all planes lie in one buffer.
[[nodiscard]] SampledPicture read_sampled(const ImageLayout& layout,
                                          std::span<const std::byte> memory);

/// Compares samples where both have them; and where these are equal or missing, the pictures.
/// @throws std::invalid_argument when extents or formats differ.
[[nodiscard]] Comparison compare(const SampledPicture& left, const SampledPicture& right);

/// Both with every colour inverted.
/// @param colour of luma and chroma.
[[nodiscard]] SampledPicture negative(SampledPicture view, const YcbcrColour& colour);

} // namespace parallax
