// SPDX-License-Identifier: MIT
#pragma once

#include "pattern/row_code.hpp"

#include "parallax/image/format.hpp"
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
    ImageLayout layout;      ///< where it is written: as pattern_layout(), of can_be_pattern()
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

/// True for formats in which a pattern can be: those of red, green and blue, and of luma and
/// chroma. Codes are black and white, so they are in luma alone.
[[nodiscard]] bool can_be_pattern(const Format& format) noexcept;

/// A layout whose first plane has this stride and offset. Further planes follow one behind the
/// other, with as many texels in a stride, as V4L2 has formats in one buffer.
[[nodiscard]] ImageLayout pattern_layout(Extent extent, std::uint32_t fourcc, std::uint64_t stride,
                                         std::uint64_t offset = 0, const YcbcrColour& colour = {});

/// The stride of the first plane with which every plane has one that every known driver takes.
[[nodiscard]] std::uint64_t pattern_stride(std::uint32_t width, std::uint32_t fourcc);

/// Bytes up to the end of the last row of all planes, its padding included.
[[nodiscard]] std::uint64_t whole_rows(const ImageLayout& layout);

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

/// The word that stands for a format, opaque or translucent, and the meaning of luma and chroma.
[[nodiscard]] std::uint16_t format_word(std::uint32_t fourcc, bool translucent,
                                        const YcbcrColour& colour = {});

/// "frame 7, 640x400 XRGB8888, stride 2560, offset 0"; of luma and chroma with their meaning.
[[nodiscard]] std::string describe(const Pattern& pattern);

} // namespace parallax::demo
