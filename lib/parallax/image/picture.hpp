// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/layout.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace parallax {

/// One pixel: 8 bits per channel, not premultiplied.
struct Rgba8 {
    std::uint8_t r = 0;   ///< red
    std::uint8_t g = 0;   ///< green
    std::uint8_t b = 0;   ///< blue
    std::uint8_t a = 255; ///< alpha; 255 is opaque

    bool operator==(const Rgba8&) const = default;
};

/// A picture in ordinary memory: rows of Rgba8 from the top, no padding. A value.
class Picture {
public:
    Picture() = default;
    /// A picture of one colour.
    explicit Picture(Extent extent, Rgba8 fill = {})
        : extent_(extent),
          pixels_(extent.pixels(), fill) {}

    /// Pixels.
    [[nodiscard]] Extent extent() const noexcept { return extent_; }

    /// One pixel, counted from the top left. Unchecked: it must lie within the extent.
    [[nodiscard]] Rgba8& at(std::uint32_t x, std::uint32_t y) {
        return pixels_[std::size_t{y} * extent_.width + x];
    }
    /// One pixel, to be read.
    [[nodiscard]] const Rgba8& at(std::uint32_t x, std::uint32_t y) const {
        return pixels_[std::size_t{y} * extent_.width + x];
    }

    /// A row, counted from the top. Unchecked.
    [[nodiscard]] std::span<Rgba8> row(std::uint32_t y) {
        return std::span(pixels_).subspan(std::size_t{y} * extent_.width, extent_.width);
    }
    /// A row, to be read.
    [[nodiscard]] std::span<const Rgba8> row(std::uint32_t y) const {
        return std::span(pixels_).subspan(std::size_t{y} * extent_.width, extent_.width);
    }

    /// All pixels in reading order.
    [[nodiscard]] std::span<Rgba8> pixels() noexcept { return pixels_; }
    /// All pixels, to be read.
    [[nodiscard]] std::span<const Rgba8> pixels() const noexcept { return pixels_; }

    bool operator==(const Picture&) const = default;

private:
    Extent extent_;
    std::vector<Rgba8> pixels_;
};

/// The limit of a picture's width and height, in pixels: that of common Vulkan devices.
inline constexpr std::uint32_t largest_side = 16384;

/// A picture in which mistakes show: every pixel differs from its neighbours, no two rows or
/// columns are equal, and @p seed changes all of it.
[[nodiscard]] Picture test_pattern(Extent extent, std::uint32_t seed);

/// The picture with every colour inverted, and its alpha as it is.
[[nodiscard]] Picture negative(Picture picture);

/// A pixel in which two views differ.
struct Difference {
    std::uint32_t x = 0; ///< column, pixels from the left
    std::uint32_t y = 0; ///< row, pixels from the top
    Rgba8 left;          ///< its colour in the first view
    Rgba8 right;         ///< its colour in the second view

    // A comparison of samples sets these instead of the colours.
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
