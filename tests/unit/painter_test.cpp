// SPDX-License-Identifier: MIT
#include "parallax/painter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace parallax {
namespace {

ImageLayout layout(std::uint64_t offset, std::uint64_t stride) {
    return {.extent = {.width = 5, .height = 3},
            .format = find_pixel_format("XRGB8888"),
            .offset = offset,
            .stride = stride};
}

TEST(ImageLayout, CountsUpToTheEndOfTheLastRowsPixels) {
    EXPECT_EQ(layout(0, 256).size(), 2 * 256 + 20U);
    EXPECT_EQ(layout(64, 256).size(), 64 + 2 * 256 + 20U);
    EXPECT_EQ(layout(64, 256).offset_of(4, 2), 64 + 2 * 256 + 16U);
}

TEST(ImageLayout, PortableStrideIsAMultipleOf256) {
    EXPECT_EQ(portable_stride(1, 2), 256U);
    EXPECT_EQ(portable_stride(64, 4), 256U);
    EXPECT_EQ(portable_stride(65, 4), 512U);
    EXPECT_EQ(portable_stride(0xFFFFFFFF, 4) % 256, 0U); // and does not overflow
}

TEST(Painter, WhatIsPaintedIsSeen) {
    const ImageLayout where = layout(32, 64);
    std::vector<std::byte> memory(where.size());
    Picture picture = test_pattern(where.extent, 1);
    for (Rgba8& pixel : picture.pixels()) {
        pixel.a = 255; // XRGB has no alpha
    }
    paint(picture, where, memory);
    EXPECT_EQ(view(where, memory), picture);
}

TEST(Painter, LeavesOffsetAndPaddingAlone) {
    const ImageLayout where = layout(32, 64);
    std::vector<std::byte> memory(where.size() + 8, std::byte{0xAA});
    paint(test_pattern(where.extent, 1), where, memory);
    const auto untouched = [&](std::size_t from, std::size_t to) {
        return std::all_of(memory.begin() + static_cast<std::ptrdiff_t>(from),
                           memory.begin() + static_cast<std::ptrdiff_t>(to),
                           [](std::byte byte) { return byte == std::byte{0xAA}; });
    };
    EXPECT_TRUE(untouched(0, 32));
    EXPECT_TRUE(untouched(32 + 20, 32 + 64));
    EXPECT_TRUE(untouched(32 + 2 * 64 + 20, memory.size()));
}

TEST(Painter, RefusesMemoryThatIsTooSmall) {
    const ImageLayout where = layout(0, 64);
    std::vector<std::byte> memory(where.size() - 1);
    EXPECT_THROW(paint(Picture(where.extent), where, memory), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(view(where, memory)), std::invalid_argument);
}

TEST(Painter, RefusesAStrideShorterThanARow) {
    std::vector<std::byte> memory(4096);
    EXPECT_THROW(paint(Picture({5, 3}), layout(0, 19), memory), std::invalid_argument);
}

TEST(Painter, RefusesAPictureOfAnotherSize) {
    std::vector<std::byte> memory(4096);
    EXPECT_THROW(paint(Picture({3, 5}), layout(0, 64), memory), std::invalid_argument);
}

} // namespace
} // namespace parallax
