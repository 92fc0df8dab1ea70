// SPDX-License-Identifier: MIT
#include "parallax/image/picture.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace parallax {
namespace {

std::uint8_t distance(std::uint8_t a, std::uint8_t b) {
    return static_cast<std::uint8_t>(std::abs(a - b));
}

/// Black for no difference, at least a third of full brightness for any other.
std::uint8_t amplify(std::uint8_t distance) {
    return distance == 0 ? 0 : static_cast<std::uint8_t>(std::min(255, 85 + distance * 4));
}

void require_same_extent(const Picture& left, const Picture& right) {
    if (left.extent() != right.extent()) {
        throw std::invalid_argument(text::format("cannot compare a {}x{} view with a {}x{} view",
                                                 left.extent().width, left.extent().height,
                                                 right.extent().width, right.extent().height));
    }
}

} // namespace

Picture test_pattern(Extent extent, std::uint32_t seed) {
    Picture picture(extent);
    for (std::uint32_t y = 0; y < extent.height; ++y) {
        for (std::uint32_t x = 0; x < extent.width; ++x) {
            // An integer hash of position and seed: no two rows, columns or pages look alike.
            std::uint32_t h = x * 0x9E3779B1u ^ y * 0x85EBCA77u ^ seed * 0xC2B2AE3Du;
            h = (h ^ h >> 15) * 0x2C1B3C6Du;
            h ^= h >> 13;
            picture.at(x, y) = {.r = static_cast<std::uint8_t>(h),
                                .g = static_cast<std::uint8_t>(h >> 8),
                                .b = static_cast<std::uint8_t>(h >> 16),
                                .a = static_cast<std::uint8_t>(h >> 24)};
        }
    }
    return picture;
}

Picture negative(Picture picture) {
    for (Rgba8& pixel : picture.pixels()) {
        pixel = {.r = static_cast<std::uint8_t>(255 - pixel.r),
                 .g = static_cast<std::uint8_t>(255 - pixel.g),
                 .b = static_cast<std::uint8_t>(255 - pixel.b),
                 .a = pixel.a};
    }
    return picture;
}

Comparison& Comparison::operator+=(const Comparison& next) {
    compared += next.compared;
    different += next.different;
    largest = std::max(largest, next.largest);
    depth = std::max(depth, next.depth);
    if (!first) {
        first = next.first;
    }
    return *this;
}

Comparison compare(const Picture& left, const Picture& right, std::uint32_t tolerance) {
    require_same_extent(left, right);
    Comparison result{.compared = left.extent().pixels()};
    for (std::uint32_t y = 0; y < left.extent().height; ++y) {
        for (std::uint32_t x = 0; x < left.extent().width; ++x) {
            const Rgba8 a = left.at(x, y);
            const Rgba8 b = right.at(x, y);
            if (a == b) {
                continue;
            }
            const std::uint32_t most = std::max(
                {distance(a.r, b.r), distance(a.g, b.g), distance(a.b, b.b), distance(a.a, b.a)});
            result.largest = std::max(result.largest, most);
            if (most > tolerance && result.different++ == 0) {
                result.first = Difference{.x = x, .y = y, .left = a, .right = b};
            }
        }
    }
    return result;
}

Picture difference_picture(const Picture& left, const Picture& right) {
    require_same_extent(left, right);
    Picture result(left.extent());
    for (std::size_t i = 0; i < result.pixels().size(); ++i) {
        const Rgba8 a = left.pixels()[i];
        const Rgba8 b = right.pixels()[i];
        // Alpha has no colour of its own: show it as grey on top of the others.
        const std::uint8_t alpha = amplify(distance(a.a, b.a));
        result.pixels()[i] = {.r = std::max(alpha, amplify(distance(a.r, b.r))),
                              .g = std::max(alpha, amplify(distance(a.g, b.g))),
                              .b = std::max(alpha, amplify(distance(a.b, b.b))),
                              .a = 255};
    }
    return result;
}

} // namespace parallax
