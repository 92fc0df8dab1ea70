// SPDX-License-Identifier: MIT
#include "test_frames.hpp"

#include <drm_fourcc.h>

#include <cstring>

namespace parallax::bench {
namespace {

constexpr std::uint32_t shifts = 251; // a prime: no power of two gives the same rows again

} // namespace

TestFrames::TestFrames(Extent extent)
    : extent_(extent),
      fourcc_(DRM_FORMAT_XRGB8888),
      pattern_(extent.width + shifts) {
    for (std::uint32_t i = 0; i < pattern_.size(); ++i) {
        pattern_[i] = 0xff000000 | (i * 0x9e3779b1 >> 8); // a hash: neighbours differ
    }
}

std::size_t TestFrames::start_of_row(std::uint32_t number, std::uint32_t y) const noexcept {
    return (number * 7 + y) % shifts;
}

void TestFrames::paint(std::uint32_t number, const vk::Rect2D& part, const ImageLayout& layout,
                       std::span<std::byte> memory) const {
    const auto left = static_cast<std::uint32_t>(part.offset.x);
    const auto top = static_cast<std::uint32_t>(part.offset.y);
    for (std::uint32_t y = top; y < top + part.extent.height; ++y) {
        std::memcpy(memory.subspan(layout.offset_of(left, y)).data(),
                    &pattern_[start_of_row(number, y) + left],
                    part.extent.width * sizeof(pattern_[0]));
    }
}

Rgba8 TestFrames::pixel(std::uint32_t number, std::uint32_t x, std::uint32_t y) const {
    const std::uint32_t word = pattern_[start_of_row(number, y) + x];
    return {.r = static_cast<std::uint8_t>(word >> 16),
            .g = static_cast<std::uint8_t>(word >> 8),
            .b = static_cast<std::uint8_t>(word),
            .a = 255};
}

} // namespace parallax::bench
