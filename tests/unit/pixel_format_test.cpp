// SPDX-License-Identifier: MIT
#include "parallax/pixel_format.hpp"

#include <drm_fourcc.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace parallax {
namespace {

std::vector<int> packed(std::string_view name, Rgba8 pixel) {
    const PixelFormat* const format = find_pixel_format(name);
    std::vector<std::byte> bytes(format->bytes);
    format->pack({&pixel, 1}, bytes);
    std::vector<int> numbers;
    for (const std::byte byte : bytes) {
        numbers.push_back(std::to_integer<int>(byte));
    }
    return numbers;
}

constexpr Rgba8 sample{.r = 1, .g = 2, .b = 3, .a = 4};

// The bytes in memory, as drm_fourcc.h states them for little endian.
TEST(PixelFormat, Xrgb8888LiesAsBgrx) {
    EXPECT_EQ(packed("XRGB8888", sample), (std::vector{3, 2, 1, 255}));
}
TEST(PixelFormat, Argb8888LiesAsBgra) {
    EXPECT_EQ(packed("ARGB8888", sample), (std::vector{3, 2, 1, 4}));
}
TEST(PixelFormat, Xbgr8888LiesAsRgbx) {
    EXPECT_EQ(packed("XBGR8888", sample), (std::vector{1, 2, 3, 255}));
}
TEST(PixelFormat, Abgr8888LiesAsRgba) {
    EXPECT_EQ(packed("ABGR8888", sample), (std::vector{1, 2, 3, 4}));
}
TEST(PixelFormat, Rgb565HasRedInTheHighBits) {
    EXPECT_EQ(packed("RGB565", {.r = 255, .g = 0, .b = 0}), (std::vector{0x00, 0xf8}));
    EXPECT_EQ(packed("RGB565", {.r = 0, .g = 255, .b = 0}), (std::vector{0xe0, 0x07}));
    EXPECT_EQ(packed("RGB565", {.r = 0, .g = 0, .b = 255}), (std::vector{0x1f, 0x00}));
}

TEST(PixelFormat, Rgb565UnpacksAsUnormDoes) {
    const PixelFormat* const format = find_pixel_format("RGB565");
    for (unsigned int word = 0; word < 65536; ++word) {
        const std::array bytes{std::byte(word & 255), std::byte(word >> 8)};
        Rgba8 pixel;
        format->unpack(bytes, {&pixel, 1});
        const auto unorm = [](unsigned int value, unsigned int most) {
            return static_cast<int>(std::lround(255.0 * value / most));
        };
        ASSERT_EQ(pixel.r, unorm(word >> 11, 31)) << word;
        ASSERT_EQ(pixel.g, unorm(word >> 5 & 63, 63)) << word;
        ASSERT_EQ(pixel.b, unorm(word & 31, 31)) << word;
    }
}

TEST(PixelFormat, PackingWhatWasUnpackedChangesNothing) {
    for (const PixelFormat& format : pixel_formats()) {
        std::vector<std::byte> bytes(format.bytes * 3);
        const std::array<Rgba8, 3> pixels{sample, {.r = 250, .g = 128, .b = 7, .a = 99}, {}};
        format.pack(pixels, bytes);
        std::array<Rgba8, 3> seen;
        format.unpack(bytes, seen);
        std::vector<std::byte> again(bytes.size());
        format.pack(seen, again);
        EXPECT_EQ(again, bytes) << format.name;
    }
}

TEST(PixelFormat, IsFoundByNameInAnyCaseAndByFourcc) {
    EXPECT_EQ(find_pixel_format("xrgb8888"), find_pixel_format(DRM_FORMAT_XRGB8888));
    EXPECT_EQ(find_pixel_format("RGB565")->fourcc, std::uint32_t{DRM_FORMAT_RGB565});
    EXPECT_EQ(find_pixel_format("NV12"), nullptr);
    EXPECT_EQ(find_pixel_format(0U), nullptr);
}

TEST(PixelFormat, NamesAreListedForMessages) {
    EXPECT_TRUE(pixel_format_names().starts_with("XRGB8888, "));
}

} // namespace
} // namespace parallax
