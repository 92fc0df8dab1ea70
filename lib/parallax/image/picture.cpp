// SPDX-License-Identifier: MIT
#include "parallax/image/picture.hpp"

namespace parallax {

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

} // namespace parallax
