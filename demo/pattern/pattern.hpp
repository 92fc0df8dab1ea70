// SPDX-License-Identifier: MIT
#pragma once

#include "pattern/row_code.hpp"

#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"

#include <cstdint>
#include <string>

namespace parallax::demo {

/// A picture that says of itself what it is, so that mistakes are seen in one frame of it:
///
/// - Each row has its number, that of the frame, and facts about the layout in a code that begins 8
///   pixels from the left, and again after each 1024 pixels, so that 4 KiB of a format of 4 bytes
///   always hold one.
/// - Red rises to the right, green to the bottom, and blue along the diagonal, in steps that differ
///   from pixel to pixel.
/// - The corners are red, green, blue and white, from the top left in reading order.
/// - The frame's number stands in the middle, where there is room.
///
/// It is opaque, so that a compositor shows it as it is, unless it is asked to be translucent. A
/// value.
struct Pattern {
    ImageLayout layout;      ///< where it is written: a format of rgb_fourccs()
    std::uint16_t frame = 0; ///< its number
    /// Alpha falls from left to right, except in codes, corners and number; of a format with alpha.
    bool translucent = false;

    bool operator==(const Pattern&) const = default;
};

/// The sides of the smallest one: all facts are in 8 rows.
inline constexpr Extent smallest_pattern{.width = 96, .height = 16};

/// Where codes begin: pixels from the left.
inline constexpr std::uint32_t first_code = 8;
inline constexpr std::uint32_t code_distance = 1024;

/// The picture to write.
/// @throws std::invalid_argument when it is smaller than smallest_pattern.
[[nodiscard]] Picture draw_pattern(const Pattern& pattern);

/// The picture as a correct reader sees it, with the precision of the format.
/// @throws as draw_pattern() and write_pixels().
[[nodiscard]] Picture pattern_as_written(const Pattern& pattern);

/// The words of the codes: all facts are in each 8 rows, from a multiple of 8 on.
inline constexpr std::uint32_t fact_count = 8;
enum class PatternFact : std::uint32_t {
    width,
    height,
    stride_low,
    stride_high,
    offset_low,
    offset_high,
    frame,
    format,
};
/// The fact in the codes of a row. In each 8 rows the order begins with the next, so that of tiles
/// or fields in which some rows are hidden, others still have all.
[[nodiscard]] constexpr PatternFact fact_of_row(std::uint32_t row) {
    return PatternFact{(row + row / fact_count) % fact_count};
}
[[nodiscard]] std::uint16_t word_of(const Pattern& pattern, PatternFact fact);

/// The word that stands for a format, opaque or translucent.
[[nodiscard]] std::uint16_t format_word(std::uint32_t fourcc, bool translucent);

/// "frame 7, 640x400 XRGB8888, stride 2560, offset 0"
[[nodiscard]] std::string describe(const Pattern& pattern);

} // namespace parallax::demo
