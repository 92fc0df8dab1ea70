// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

namespace parallax::bench {

/// Quartiles of the repetitions of one measurement.
struct Summary {
    double lower = 0; ///< first quartile
    double median = 0;
    double upper = 0; ///< third quartile
};

/// @param samples at least one.
[[nodiscard]] Summary summarise(std::span<const double> samples);

/// The ratio of two measurements.
struct Ratio {
    double value = 0;  ///< median / median
    bool draw = false; ///< the quartiles overlap: the difference is within the noise

    /// "2.31x", or "draw (1.04x)"; "draw" alone if one of the two is only noise.
    [[nodiscard]] std::string text() const;
};

/// The ratio of @p more to @p less.
[[nodiscard]] Ratio ratio(const Summary& more, const Summary& less);

} // namespace parallax::bench
