// SPDX-License-Identifier: MIT
#pragma once

#include "pattern/pattern.hpp"
#include "pattern/row_code.hpp"

#include "parallax/image/picture.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace parallax::demo {

/// A code that was found in a picture.
struct Sighting {
    std::uint32_t x = 0;     ///< of its left end
    std::uint32_t y = 0;     ///< of its topmost row
    std::uint32_t scale = 1; ///< pixels of a cell's side
    RowCode code;

    bool operator==(const Sighting&) const = default;
};

/// The largest factor by which a pattern may have been enlarged.
inline constexpr std::uint32_t largest_scale = 8;

/// All codes in a picture that are upright, row by row. Colours may differ, as long as dark is dark
/// and bright is bright, or the reverse for all.
[[nodiscard]] std::vector<Sighting> find_codes(const Picture& picture);

/// The facts that most of the codes state; without the frame.
/// @return none where too few codes agree, or what they say cannot be.
[[nodiscard]] std::optional<Pattern> stated_pattern(std::span<const Sighting> sightings);

/// A frame of which rows were seen.
struct SeenFrame {
    std::uint16_t number = 0;
    std::size_t codes = 0; ///< how many
};

/// The frames, the newest first: numbers begin again after 65535.
[[nodiscard]] std::vector<SeenFrame> seen_frames(std::span<const Sighting> sightings);

/// Where the top left corner of a pattern is, which may be outside of the picture.
struct Origin {
    std::int64_t x = 0;
    std::int64_t y = 0;
    std::uint32_t scale = 1;

    auto operator<=>(const Origin&) const = default;
};

/// Where a code says that the corner is, if the pattern is not distorted.
[[nodiscard]] Origin origin_by(const Sighting& sighting);

/// Where most of the codes say that it is; none where most say otherwise.
[[nodiscard]] std::optional<Origin> common_origin(std::span<const Sighting> sightings);

} // namespace parallax::demo
