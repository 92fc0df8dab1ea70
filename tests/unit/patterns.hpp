// SPDX-License-Identifier: MIT
#pragma once

#include "pattern/judge.hpp"

#include "parallax/image/pixels.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

// Test patterns, and what a screenshot may have of them.
namespace parallax::demo {

inline constexpr Extent extent{.width = 320, .height = 120};

inline Pattern pattern_of(std::uint32_t fourcc = DRM_FORMAT_XRGB8888, std::uint16_t frame = 300,
                          std::uint64_t offset = 4096) {
    const std::uint64_t stride = portable_stride(extent.width, format_of(fourcc).bytes()) + 256;
    return {.layout = packed_layout(extent, fourcc, stride, offset), .frame = frame};
}

/// The pattern in memory; what lies behind it is zero.
inline std::vector<std::byte> memory_of(const Pattern& pattern) {
    std::vector<std::byte> memory(pattern.layout.size() + 262144);
    write_pixels(draw_pattern(pattern), pattern.layout, memory);
    return memory;
}

/// A desktop of noise with a picture in it.
inline Picture screenshot(const Picture& picture, std::uint32_t left, std::uint32_t top,
                          std::uint32_t scale = 1, Extent screen = {.width = 800, .height = 400}) {
    Picture all = test_pattern(screen, 9);
    for (std::uint32_t y = 0; y < picture.extent().height * scale; ++y) {
        for (std::uint32_t x = 0; x < picture.extent().width * scale; ++x) {
            all.at(left + x, top + y) = picture.at(x / scale, y / scale);
        }
    }
    for (Rgba8& pixel : all.pixels()) {
        pixel.a = 255;
    }
    return all;
}

template <typename Convert>
Picture converted(Picture picture, Convert convert) {
    for (Rgba8& pixel : picture.pixels()) {
        pixel = convert(pixel);
    }
    return picture;
}

inline std::uint8_t clamped(double value) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
}

} // namespace parallax::demo
