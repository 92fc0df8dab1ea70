// SPDX-License-Identifier: MIT
#include "diagnosis/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace parallax::demo {
namespace {

/// A pixel, also outside of the picture.
const Rgba8& pixel_at(const Picture& picture, std::int64_t x, std::int64_t y) {
    const auto [width, height] = picture.extent();
    return picture.at(static_cast<std::uint32_t>(std::clamp<std::int64_t>(x, 0, width - 1)),
                      static_cast<std::uint32_t>(std::clamp<std::int64_t>(y, 0, height - 1)));
}

/// The sum of pixels from the one with the number @p first on, by their weights.
template <std::size_t taps>
Rgba8 weighted(const Picture& picture, std::int64_t left, std::int64_t top,
               const std::array<double, taps>& across, const std::array<double, taps>& down) {
    std::array<double, 4> sum{};
    for (std::size_t j = 0; j < taps; ++j) {
        for (std::size_t i = 0; i < taps; ++i) {
            const Rgba8& pixel = pixel_at(picture, left + static_cast<std::int64_t>(i),
                                          top + static_cast<std::int64_t>(j));
            const double weight = across.at(i) * down.at(j);
            sum[0] += weight * pixel.r;
            sum[1] += weight * pixel.g;
            sum[2] += weight * pixel.b;
            sum[3] += weight * pixel.a;
        }
    }
    const auto byte = [](double value) {
        return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
    };
    return {.r = byte(sum[0]), .g = byte(sum[1]), .b = byte(sum[2]), .a = byte(sum[3])};
}

std::array<double, 2> linear_weights(double at) {
    return {1 - at, at};
}

std::array<double, 4> cubic_weights(double at) {
    const auto weight = [](double distance) {
        const double d = std::abs(distance);
        return d < 1 ? (1.5 * d - 2.5) * d * d + 1 : ((-0.5 * d + 2.5) * d - 4) * d + 2;
    };
    return {weight(1 + at), weight(at), weight(1 - at), weight(2 - at)};
}

} // namespace

Rgba8 sample_nearest(const Picture& picture, double x, double y) {
    return pixel_at(picture, static_cast<std::int64_t>(std::floor(x)),
                    static_cast<std::int64_t>(std::floor(y)));
}

Rgba8 sample_linear(const Picture& picture, double x, double y) {
    const double left = std::floor(x - 0.5);
    const double top = std::floor(y - 0.5);
    return weighted(picture, static_cast<std::int64_t>(left), static_cast<std::int64_t>(top),
                    linear_weights(x - 0.5 - left), linear_weights(y - 0.5 - top));
}

Rgba8 sample_cubic(const Picture& picture, double x, double y) {
    const double left = std::floor(x - 0.5);
    const double top = std::floor(y - 0.5);
    return weighted(picture, static_cast<std::int64_t>(left) - 1,
                    static_cast<std::int64_t>(top) - 1, cubic_weights(x - 0.5 - left),
                    cubic_weights(y - 0.5 - top));
}

} // namespace parallax::demo
