// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/picture.hpp"

#include <cstdint>
#include <optional>

namespace parallax {

/// Where two views of the same memory part.
struct Difference {
    std::uint32_t x = 0; ///< column, pixels from the left
    std::uint32_t y = 0; ///< row, pixels from the top
    Rgba8 left;          ///< what the first view has there
    Rgba8 right;         ///< what the second view has there

    bool operator==(const Difference&) const = default;
};

/// Two views compared pixel by pixel, all four channels. A value.
struct Comparison {
    std::uint64_t compared = 0;      ///< pixels
    std::uint64_t different = 0;     ///< pixels of which any channel differs
    std::uint8_t largest = 0;        ///< the largest difference of any channel
    std::optional<Difference> first; ///< in reading order

    /// The proof: something was compared, and nothing differs.
    [[nodiscard]] bool equal() const { return compared > 0 && different == 0; }

    /// Takes another comparison in, that of the next frame for example.
    Comparison& operator+=(const Comparison& next);
};

/// @throws std::invalid_argument when the extents differ.
[[nodiscard]] Comparison compare(const Picture& left, const Picture& right);

/// The difference as a picture: black where the views agree; elsewhere the channels' differences,
/// amplified so that the smallest is plain to see.
[[nodiscard]] Picture difference_picture(const Picture& left, const Picture& right);

} // namespace parallax
