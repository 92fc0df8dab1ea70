// SPDX-License-Identifier: MIT
#include "statistics.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace parallax::bench {
namespace {

/// Between two neighbours, in proportion.
double quantile(const std::vector<double>& sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], place - std::floor(place));
}

} // namespace

Summary summarise(std::span<const double> samples) {
    std::vector<double> sorted(samples.begin(), samples.end());
    std::ranges::sort(sorted);
    return {.lower = quantile(sorted, 0.25),
            .median = quantile(sorted, 0.5),
            .upper = quantile(sorted, 0.75)};
}

std::string Ratio::text() const {
    if (!(value > 0) || !std::isfinite(value)) {
        return "draw"; // one of the two is noise
    }
    const std::string number = text::format("{:.{}f}x", value,
                                            value < 0.1  ? 3
                                            : value < 10 ? 2
                                                         : 0);
    return draw ? text::format("draw ({})", number) : number;
}

Ratio ratio(const Summary& more, const Summary& less) {
    return {.value = more.median / less.median,
            .draw = more.lower <= less.upper && less.lower <= more.upper};
}

} // namespace parallax::bench
