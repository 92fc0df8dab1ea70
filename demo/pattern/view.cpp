// SPDX-License-Identifier: MIT
#include "pattern/view.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <tuple>
#include <utility>

namespace parallax::demo {
namespace {

constexpr double nearly_all = 0.95;   ///< of the pixels that are seen of a cropped pattern
constexpr int largest_unevenness = 9; ///< of one enlarged pixel, by rounding to 5 bits

/// The first and the one behind the last of @p count pixels that lie within 0 to @p end.
std::pair<std::uint32_t, std::uint32_t> range_within(std::int64_t from, std::uint32_t scale,
                                                     std::uint32_t count, std::uint32_t end) {
    constexpr std::int64_t far = std::int64_t{1} << 40; // outside of every picture
    const std::int64_t first = std::clamp(from, -far, far) + scale / 2;
    const auto pixels_up_to = [&](std::int64_t edge) {
        const std::int64_t rounded = (edge - first + scale - 1) / scale;
        return static_cast<std::uint32_t>(
            std::clamp<std::int64_t>(edge <= first ? 0 : rounded, 0, count));
    };
    return {pixels_up_to(0), pixels_up_to(end)};
}

/// The largest distance of a channel.
int distance(const Rgba8& a, const Rgba8& b) {
    return std::max({std::abs(a.r - b.r), std::abs(a.g - b.g), std::abs(a.b - b.b)});
}

/// An enlarged pixel with its corner at (@p left, @p top): what is in its middle, or what is
/// farthest from that if it is not of one colour.
struct EnlargedPixel {
    Rgba8 colour;
    bool uneven = false;
};
EnlargedPixel enlarged_pixel(const Picture& picture, std::int64_t left, std::int64_t top,
                             std::uint32_t scale) {
    const auto within = [](std::int64_t at, std::uint32_t end) {
        return static_cast<std::uint32_t>(std::clamp<std::int64_t>(at, 0, end));
    };
    const auto [width, height] = picture.extent();
    const Rgba8 middle =
        picture.at(within(left + scale / 2, width), within(top + scale / 2, height));
    EnlargedPixel pixel{.colour = middle};
    int farthest = largest_unevenness;
    for (std::uint32_t y = within(top, height); y < within(top + scale, height); ++y) {
        for (std::uint32_t x = within(left, width); x < within(left + scale, width); ++x) {
            if (const int far = distance(picture.at(x, y), middle); far > farthest) {
                farthest = far;
                pixel = {.colour = picture.at(x, y), .uneven = true};
            }
        }
    }
    return pixel;
}

} // namespace

View view_of(const Picture& picture, const Origin& origin, Extent extent) {
    View view{.picture = Picture(extent, {.r = 0, .g = 0, .b = 0})};
    std::tie(view.left, view.right) =
        range_within(origin.x, origin.scale, extent.width, picture.extent().width);
    std::tie(view.top, view.bottom) =
        range_within(origin.y, origin.scale, extent.height, picture.extent().height);
    for (std::uint32_t y = view.top; y < view.bottom; ++y) {
        for (std::uint32_t x = view.left; x < view.right; ++x) {
            const EnlargedPixel pixel =
                enlarged_pixel(picture, origin.x + std::int64_t{x} * origin.scale,
                               origin.y + std::int64_t{y} * origin.scale, origin.scale);
            view.picture.at(x, y) = pixel.colour;
            view.uneven += pixel.uneven ? 1U : 0U;
        }
    }
    return view;
}

std::optional<Diagnosis> cause_of_crop(const Picture& written, const View& view,
                                       std::string_view turned) {
    if (view.seen() == 0) {
        return Diagnosis{.sentence = "unknown: the place is outside of the picture"};
    }
    std::uint64_t right = 0;
    for (std::uint32_t y = view.top; y < view.bottom; ++y) {
        for (std::uint32_t x = view.left; x < view.right; ++x) {
            right += written.at(x, y) == view.picture.at(x, y) ? 1U : 0U;
        }
    }
    const double explained = static_cast<double>(right) / static_cast<double>(view.seen());
    if (explained < nearly_all) {
        return std::nullopt;
    }
    return Diagnosis{
        .cause = Cause::geometry,
        .sentence = text::format(
            "{}cropped: of the pattern, only columns {} to {} and rows {} to {} are seen",
            turned.empty() ? "geometry: " : std::string(turned) + ", and ", view.left,
            view.right - 1, view.top, view.bottom - 1),
        .explained = explained};
}

} // namespace parallax::demo
