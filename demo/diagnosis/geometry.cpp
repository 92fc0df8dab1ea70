// SPDX-License-Identifier: MIT
// The right pixels at other places of the picture.
#include "diagnosis/evidence.hpp"

#include <format>
#include <string_view>
#include <utility>

namespace parallax::demo {
namespace {

constexpr int farthest_move = 64; ///< pixels

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
    for (const std::int64_t factor : {2, 3, 4}) {
        offer(std::format("geometry: {} times as large, from the top left", factor),
              [=](Place at) { return Point{at.x / factor, at.y / factor}; });
        offer(std::format("geometry: 1/{} of the size, at the top left", factor),
              [=](Place at) { return Point{at.x * factor, at.y * factor}; });
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
                shortlist.offer(read_from(evidence, source), 0, [=] {
                    return std::format("geometry: moved by {} pixels to the right and {} down",
                                       right, down);
                });
            }
        }
    }
    shortlist.add_to(found);
}

} // namespace parallax::demo
