// SPDX-License-Identifier: MIT
#include "window/brush.hpp"
#include "parallax/image/pixels.hpp"

#include <glm/common.hpp>
#include <glm/geometric.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace parallax::demo {
namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t end;
};

/// The pixels, 0 to @p size, that a stroke can touch along one axis.
Range touched(float from, float to, float radius, std::uint32_t size) {
    const auto [low, high] = std::minmax(from, to);
    const auto limit = static_cast<float>(size);
    return {.first = static_cast<std::uint32_t>(std::clamp(std::floor(low - radius), 0.0F, limit)),
            .end = static_cast<std::uint32_t>(std::clamp(std::ceil(high + radius), 0.0F, limit))};
}

float distance_to(const Stroke& stroke, glm::vec2 point) {
    const glm::vec2 along = stroke.to - stroke.from;
    const float length = glm::dot(along, along);
    const float nearest =
        length > 0.0F ? glm::clamp(glm::dot(point - stroke.from, along) / length, 0.0F, 1.0F)
                      : 0.0F;
    return glm::distance(point, stroke.from + nearest * along);
}

/// Writes one colour into the pixels of @p run in row @p y, a piece at a time.
void fill(Range run, std::uint32_t y, std::span<const Rgba8> colours, const ImageLayout& layout,
          std::span<std::byte> memory) {
    while (run.first < run.end) {
        const auto count = std::min<std::size_t>(run.end - run.first, colours.size());
        pack(layout.fourcc, colours.first(count),
             memory.subspan(layout.offset_of(run.first, y), count * layout.format().bytes()));
        run.first += static_cast<std::uint32_t>(count);
    }
}

} // namespace

PixelRange touched(const BrushStroke& drawn, Extent picture) {
    const auto& [stroke, brush] = drawn;
    const Range columns = touched(stroke.from.x, stroke.to.x, brush.radius, picture.width);
    const Range rows = touched(stroke.from.y, stroke.to.y, brush.radius, picture.height);
    return {.left = columns.first, .top = rows.first, .right = columns.end, .bottom = rows.end};
}

void draw(const BrushStroke& drawn, const ImageLayout& layout, std::span<std::byte> memory) {
    const auto& [stroke, brush] = drawn;
    std::array<Rgba8, 64> colours;
    colours.fill(brush.colour);
    const PixelRange part = touched(drawn, layout.extent);
    for (std::uint32_t y = part.top; y < part.bottom; ++y) {
        const auto inside = [&stroke, &brush, y](std::uint32_t x) {
            const glm::vec2 centre{static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F};
            return distance_to(stroke, centre) <= brush.radius;
        };
        // The shape is convex, so its part of a row is one run.
        Range run{.first = part.left, .end = part.right};
        while (run.first < run.end && !inside(run.first)) {
            ++run.first;
        }
        while (run.first < run.end && !inside(run.end - 1)) {
            --run.end;
        }
        fill(run, y, colours, layout, memory);
    }
}

} // namespace parallax::demo
