// SPDX-License-Identifier: MIT
#pragma once

#include "pattern/sightings.hpp"

#include "parallax/image/picture.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo {

/// Columns or rows of a pattern in a picture: number n begins at from + n * scale, in pixels.
struct Axis {
    double from = 0;
    double scale = 1;
};

/// A pattern that was scaled by any factors. A value.
struct Scaling {
    Axis across;
    Axis down;
    std::string_view filter = {}; ///< "a linear filter"
    double explained = 0;         ///< the share of its pixels that are seen so

    /// "1.5" or "1.5 across and 1.25 down"
    [[nodiscard]] std::string factors() const;
    /// True if each pixel is repeated a whole number of times.
    [[nodiscard]] bool is_repetition() const;
};

/// A code that is enlarged by any factor, as by a filter.
struct ScaledCode {
    double left = 0;     ///< where it begins
    double cell = 1;     ///< width of a cell, pixels
    std::uint32_t y = 0; ///< the row of the picture
    RowCode code;
};

/// All codes that are upright and enlarged, row by row: of an enlarged row there are several.
[[nodiscard]] std::vector<ScaledCode> find_scaled_codes(const Picture& picture);

/// Where the codes say that the pattern is.
/// @return none if they are too few.
[[nodiscard]] std::optional<Scaling> scaling_by(const std::vector<ScaledCode>& codes);

/// The same scaling, with the filter with which what was written is seen best.
[[nodiscard]] Scaling with_best_filter(const Picture& written, const Picture& seen,
                                       Scaling scaling);

/// The scaling near to @p about, and its filter, with which what was written is seen best.
[[nodiscard]] Scaling fitted(const Picture& written, const Picture& seen, const Scaling& about);

} // namespace parallax::demo
