// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parallax {

/// The conversion of a YCbCr format's samples to colours.
enum class YcbcrEncoding : std::uint32_t { bt601, bt709, bt2020 };
/// The range of a YCbCr format's samples.
enum class YcbcrRange : std::uint32_t {
    limited, ///< Y in 16..235, chroma in 16..240 of 255, as video has it
    full,    ///< all values, as JPEG has it
};
/// The place of a chroma sample among the pixels that share it.
enum class ChromaSiting : std::uint32_t {
    left,     ///< at the left column, between two rows: MPEG-2, H.264, HEVC
    center,   ///< in the middle: JPEG, MPEG-1
    top_left, ///< at the upper left pixel: UHD Blu-ray
};

/// The meaning of YCbCr samples. A value.
struct YcbcrColour {
    YcbcrEncoding encoding = YcbcrEncoding::bt601; ///< which luma and chroma
    YcbcrRange range = YcbcrRange::limited;        ///< of the samples
    ChromaSiting siting = ChromaSiting::left;      ///< of chroma with fewer samples than luma

    bool operator==(const YcbcrColour&) const = default;
};

/// "709-limited-left".
[[nodiscard]] std::string colour_text(const YcbcrColour& colour);

/// Its parts in any order, such as "709-limited", those that are not named as by default.
/// @return nothing if a part is not known.
[[nodiscard]] std::optional<YcbcrColour> parse_colour(std::string_view text);

/// True if each of its parts is one that is known: of numbers from another process.
[[nodiscard]] bool is_known(const YcbcrColour& colour) noexcept;

} // namespace parallax
