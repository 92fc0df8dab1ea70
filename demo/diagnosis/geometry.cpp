// SPDX-License-Identifier: MIT
// The right pixels at other places of the picture.
#include "diagnosis/evidence.hpp"

#include <format>
#include <utility>

namespace parallax::demo {
namespace {

constexpr int farthest_move = 64; ///< pixels

/// Adds the hypothesis that @p source gives each pixel's place in what was written.
template <typename Source>
void add(const Evidence& evidence, std::vector<Hypothesis>& found, std::string sentence,
         Source source) {
    const Prediction predict = [&evidence, source](Place at) -> std::optional<Rgba8> {
        const auto [x, y] = source(at);
        const auto [width, height] = evidence.layout().extent;
        if (x < 0 || y < 0 || x >= width || y >= height) {
            return std::nullopt;
        }
        return evidence.written().at(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y));
    };
    if (evidence.of_samples(predict) > 0) {
        found.push_back(
            {.cause = Cause::geometry, .sentence = std::move(sentence), .predict = predict});
    }
}

using Point = std::pair<std::int64_t, std::int64_t>;

} // namespace

void find_geometry(const Evidence& evidence, std::vector<Hypothesis>& found) {
    const std::int64_t right = std::int64_t{evidence.layout().extent.width} - 1;
    const std::int64_t bottom = std::int64_t{evidence.layout().extent.height} - 1;
    add(evidence, found, "geometry: upside down",
        [=](Place at) { return Point{at.x, bottom - at.y}; });
    add(evidence, found, "geometry: mirrored, left and right are exchanged",
        [=](Place at) { return Point{right - at.x, at.y}; });
    add(evidence, found, "geometry: rotated by 180 degrees",
        [=](Place at) { return Point{right - at.x, bottom - at.y}; });
    add(evidence, found, "geometry: rotated by 90 degrees, clockwise",
        [=](Place at) { return Point{at.y, bottom - at.x}; });
    add(evidence, found, "geometry: rotated by 90 degrees, counterclockwise",
        [=](Place at) { return Point{right - at.y, at.x}; });
    for (const std::int64_t factor : {2, 3, 4}) {
        add(evidence, found, std::format("geometry: {} times as large, from the top left", factor),
            [=](Place at) { return Point{at.x / factor, at.y / factor}; });
        add(evidence, found, std::format("geometry: 1/{} of the size, at the top left", factor),
            [=](Place at) { return Point{at.x * factor, at.y * factor}; });
    }
}

void find_moved(const Evidence& evidence, std::vector<Hypothesis>& found) {
    for (int down = -farthest_move; down <= farthest_move; ++down) {
        for (int right = -farthest_move; right <= farthest_move; ++right) {
            if (down != 0 || right != 0) {
                add(evidence, found,
                    std::format("geometry: moved by {} pixels to the right and {} down", right,
                                down),
                    [=](Place at) {
                        return Point{std::int64_t{at.x} - right, std::int64_t{at.y} - down};
                    });
            }
        }
    }
}

} // namespace parallax::demo
