// SPDX-License-Identifier: MIT
#include "parallax/image/pixels.hpp"

#include <drm_fourcc.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace parallax {
namespace {

ImageLayout layout(std::uint64_t offset, std::uint64_t stride) {
    return packed_layout({.width = 5, .height = 3}, DRM_FORMAT_XRGB8888, stride, offset);
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

TEST(Pixels, WhatIsPaintedIsSeen) {
    const ImageLayout where = layout(32, 64);
    std::vector<std::byte> memory(where.size());
    Picture picture = test_pattern(where.extent, 1);
    for (Rgba8& pixel : picture.pixels()) {
        pixel.a = 255; // XRGB has no alpha
    }
    write_pixels(picture, where, memory);
    EXPECT_EQ(read_pixels(where, memory), picture);
}

TEST(Pixels, LeavesOffsetAndPaddingAlone) {
    const ImageLayout where = layout(32, 64);
    std::vector<std::byte> memory(where.size() + 8, std::byte{0xAA});
    write_pixels(test_pattern(where.extent, 1), where, memory);
    const auto untouched = [&](std::size_t from, std::size_t to) {
        return std::all_of(memory.begin() + static_cast<std::ptrdiff_t>(from),
                           memory.begin() + static_cast<std::ptrdiff_t>(to),
                           [](std::byte byte) { return byte == std::byte{0xAA}; });
    };
    EXPECT_TRUE(untouched(0, 32));
    EXPECT_TRUE(untouched(32 + 20, 32 + 64));
    EXPECT_TRUE(untouched(32 + 2 * 64 + 20, memory.size()));
}

TEST(Pixels, RefusesMemoryThatIsTooSmall) {
    const ImageLayout where = layout(0, 64);
    std::vector<std::byte> memory(where.size() - 1);
    EXPECT_THROW(write_pixels(Picture(where.extent), where, memory), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(read_pixels(where, memory)), std::invalid_argument);
}

TEST(Pixels, RefusesMemoryThatIsTooSmallWhicheverBufferItIs) {
    ImageLayout where = layout(0, 64);
    where.planes[0].buffer = 1;
    std::vector<std::byte> memory(where.size(1) - 1);
    EXPECT_THROW(write_pixels(Picture(where.extent), where, memory), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(read_pixels(where, memory)), std::invalid_argument);
}

TEST(Pixels, RefusesALayoutThatEndsBeyondAllMemory) {
    std::vector<std::byte> memory(64);
    constexpr std::uint64_t half = std::uint64_t{1} << 63;
    for (const ImageLayout& layout : {packed_layout({1, 3}, DRM_FORMAT_XRGB8888, half),
                                      packed_layout({1, 2}, DRM_FORMAT_XRGB8888, half, half),
                                      packed_layout({1, 1}, DRM_FORMAT_XRGB8888, 4, UINT64_MAX)}) {
        EXPECT_EQ(layout.size(), UINT64_MAX);
        EXPECT_THROW(static_cast<void>(read_pixels(layout, memory)), std::invalid_argument);
    }
}

TEST(Pixels, RefusesAStrideShorterThanARow) {
    std::vector<std::byte> memory(4096);
    try {
        write_pixels(Picture({5, 3}), layout(0, 19), memory);
        FAIL() << "it was painted";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(),
                     "a stride of 19 bytes is shorter than a row of 5 XRGB8888 pixels, "
                     "which takes 20");
    }
}

TEST(Pixels, RefusesAPictureOfAnotherSize) {
    std::vector<std::byte> memory(4096);
    EXPECT_THROW(write_pixels(Picture({3, 5}), layout(0, 64), memory), std::invalid_argument);
}

} // namespace
} // namespace parallax
