// SPDX-License-Identifier: MIT
// The right pixels at other places of the picture.
#include "diagnosis/evidence.hpp"
#include "diagnosis/sampling.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <cstdlib>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace parallax::demo {
namespace {

constexpr int farthest_move = 64;  ///< pixels
constexpr int filter_rounding = 2; ///< of a channel

using Point = std::pair<std::int64_t, std::int64_t>;

/// Each pixel has the colour of the place in what was written that @p source gives.
template <typename Source>
Prediction read_from(const Evidence& evidence, Source source) {
    return [&evidence, source](Place at) -> std::optional<Rgba8> {
        const auto [x, y] = source(at);
        const auto [width, height] = evidence.layout().extent;
        if (x < 0 || y < 0 || x >= width || y >= height) {
            return std::nullopt;
        }
        return evidence.written().at(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y));
    };
}

/// "geometry: moved by 3 pixels up", ...
std::string moved_text(int right, int down) {
    std::string by;
    for (const auto& [pixels, there, back] :
         {std::tuple{right, "to the right", "to the left"}, std::tuple{down, "down", "up"}}) {
        if (pixels != 0) {
            append(by,
                   text::format("{} pixel{} {}", std::abs(pixels), std::abs(pixels) == 1 ? "" : "s",
                                pixels > 0 ? there : back),
                   " and ");
        }
    }
    return "geometry: moved by " + by;
}

/// The picture enlarged by a linear filter, of which a part is seen.
Prediction enlarged(const Evidence& evidence, double factor, bool from_middle) {
    const auto [width, height] = evidence.layout().extent;
    const double left = from_middle ? width * (1 - 1 / factor) / 2 : 0;
    const double top = from_middle ? height * (1 - 1 / factor) / 2 : 0;
    return [&evidence, factor, left, top](Place at) {
        return sample_linear(evidence.written(), left + (at.x + 0.5) / factor,
                             top + (at.y + 0.5) / factor);
    };
}

} // namespace

void find_geometry(const Evidence& evidence, std::vector<Hypothesis>& found) {
    Shortlist shortlist(evidence, Cause::geometry);
    const auto offer = [&](std::string_view sentence, auto source) {
        shortlist.offer(read_from(evidence, source), 0, [&] { return std::string(sentence); });
    };
    const std::int64_t right = std::int64_t{evidence.layout().extent.width} - 1;
    const std::int64_t bottom = std::int64_t{evidence.layout().extent.height} - 1;
    offer("geometry: upside down", [=](Place at) { return Point{at.x, bottom - at.y}; });
    offer("geometry: mirrored, left and right are exchanged",
          [=](Place at) { return Point{right - at.x, at.y}; });
    offer("geometry: rotated by 180 degrees",
          [=](Place at) { return Point{right - at.x, bottom - at.y}; });
    offer("geometry: rotated by 90 degrees, clockwise",
          [=](Place at) { return Point{at.y, bottom - at.x}; });
    offer("geometry: rotated by 90 degrees, counterclockwise",
          [=](Place at) { return Point{right - at.y, at.x}; });
    const std::int64_t half = (bottom + 2) / 2; // rows of the first field
    const std::int64_t second = bottom + 1 - half;
    offer("geometry: the picture's two fields are read one below the other: every second row",
          [=](Place at) { return Point{at.x, at.y < half ? 2 * at.y : 2 * (at.y - half) + 1}; });
    offer(
        "geometry: the picture's two fields are read one below the other, the lower one first",
        [=](Place at) { return Point{at.x, at.y < second ? 2 * at.y + 1 : 2 * (at.y - second)}; });
    offer("geometry: two halves, one below the other, are read as fields: row by row in turn",
          [=](Place at) { return Point{at.x, at.y / 2 + (at.y % 2 == 0 ? 0 : half)}; });
    for (const std::int64_t factor : {2, 3, 4}) {
        offer(text::format("geometry: {} times as large, from the top left", factor),
              [=](Place at) { return Point{at.x / factor, at.y / factor}; });
        offer(text::format("geometry: 1/{} of the size, at the top left", factor),
              [=](Place at) { return Point{at.x * factor, at.y * factor}; });
    }
    for (const double factor : {1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0}) {
        for (const bool from_middle : {false, true}) {
            shortlist.offer(enlarged(evidence, factor, from_middle), filter_rounding, [=] {
                return text::format(
                    "geometry: {} times as large, with a linear filter, from the {}", factor,
                    from_middle ? "middle" : "top left");
            });
        }
    }
    shortlist.add_to(found);
}

void find_moved(const Evidence& evidence, std::vector<Hypothesis>& found) {
    Shortlist shortlist(evidence, Cause::geometry);
    for (int down = -farthest_move; down <= farthest_move; ++down) {
        for (int right = -farthest_move; right <= farthest_move; ++right) {
            const auto source = [=](Place at) {
                return Point{std::int64_t{at.x} - right, std::int64_t{at.y} - down};
            };
            if (down != 0 || right != 0) {
                shortlist.offer(read_from(evidence, source), 0,
                                [=] { return moved_text(right, down); });
            }
        }
    }
    shortlist.add_to(found);
}

} // namespace parallax::demo
