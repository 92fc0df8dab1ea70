// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

namespace parallax::bench {

/// What repetitions of one measurement say. Half of them lie between the quartiles.
struct Summary {
    double lower = 0; ///< first quartile
    double median = 0;
    double upper = 0; ///< third quartile
};

/// @param samples at least one.
[[nodiscard]] Summary summarise(std::span<const double> samples);

/// One measurement against another.
struct Ratio {
    double value = 0;  ///< median / median
    bool draw = false; ///< the quartiles overlap: the difference is within the noise

    /// "2.31x", or "draw (1.04x)"; "draw" alone where one of the two is nothing but noise.
    [[nodiscard]] std::string text() const;
};

/// How many times @p less goes into @p more: of two times, how many times faster the first is.
[[nodiscard]] Ratio ratio(const Summary& more, const Summary& less);

} // namespace parallax::bench
