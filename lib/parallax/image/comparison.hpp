// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace parallax {

/// A pixel in which two views differ.
struct Difference {
    std::uint32_t x = 0; ///< column, pixels from the left
    std::uint32_t y = 0; ///< row, pixels from the top
    Rgba8 left;          ///< its colour in the first view
    Rgba8 right;         ///< its colour in the second view

    // Where samples are compared, these instead of the colours.
    std::uint32_t plane = 0;                       ///< in which they differ
    std::vector<std::uint16_t> left_samples = {};  ///< of its texel in the first view
    std::vector<std::uint16_t> right_samples = {}; ///< of its texel in the second view

    bool operator==(const Difference&) const = default;
};

/// Two views compared pixel by pixel, all channels. A value.
struct Comparison {
    std::uint64_t compared = 0;      ///< pixels
    std::uint64_t different = 0;     ///< pixels of which any channel differs
    std::uint32_t largest = 0;       ///< the largest difference of any channel
    std::uint32_t depth = 8;         ///< bits of the samples that were compared
    std::optional<Difference> first; ///< in reading order

    /// True if pixels were compared and none differs.
    [[nodiscard]] bool equal() const { return compared > 0 && different == 0; }

    /// Adds another comparison, that of the next frame for example.
    Comparison& operator+=(const Comparison& next);
};

/// Compares all pixels.
/// @param tolerance a pixel differs if a channel is farther off than this.
/// @throws std::invalid_argument when the extents differ.
[[nodiscard]] Comparison compare(const Picture& left, const Picture& right,
                                 std::uint32_t tolerance = 0);

/// The difference as a picture: black where the views agree; elsewhere the channels' differences,
/// amplified so that the smallest is visible.
/// @throws std::invalid_argument when the extents differ.
[[nodiscard]] Picture difference_picture(const Picture& left, const Picture& right);

} // namespace parallax
