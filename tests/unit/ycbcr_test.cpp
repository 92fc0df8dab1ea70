// SPDX-License-Identifier: MIT
// The conversion that CPU and GPU share: known colours, edges, layouts.
#include "parallax/image/ycbcr.hpp"

#include <drm_fourcc.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace parallax {
namespace {

constexpr auto limited = YcbcrRange::limited;
constexpr auto full = YcbcrRange::full;

/// Chroma follows luma at once, with the same stride.
ImageLayout layout_of(std::uint32_t fourcc, Extent extent, std::uint64_t stride) {
    ImageLayout layout = packed_layout(extent, fourcc, stride);
    layout.planes[1] = {.offset = stride * extent.height, .stride = stride};
    return layout;
}

std::vector<std::byte> bytes(std::initializer_list<int> values) {
    std::vector<std::byte> result;
    for (const int value : values) {
        result.push_back(static_cast<std::byte>(value));
    }
    return result;
}

TEST(Ycbcr, BlackWhiteAndGreyHaveNoColourInAnyEncoding) {
    for (const auto encoding :
         {YcbcrEncoding::bt601, YcbcrEncoding::bt709, YcbcrEncoding::bt2020}) {
        const YcbcrMatrix video = ycbcr_matrix(encoding, limited);
        EXPECT_EQ(to_rgb(video, 16, 128, 128), (Rgba8{0, 0, 0}));
        EXPECT_EQ(to_rgb(video, 235, 128, 128), (Rgba8{255, 255, 255}));
        EXPECT_EQ(to_rgb(ycbcr_matrix(encoding, full), 77, 128, 128), (Rgba8{77, 77, 77}));
    }
}

TEST(Ycbcr, PrimariesOfTheStandards) { // computed by their definitions, rounded to 8 bits
    const YcbcrMatrix sd = ycbcr_matrix(YcbcrEncoding::bt601, limited);
    EXPECT_EQ(to_rgb(sd, 81, 90, 240), (Rgba8{254, 0, 0}));
    EXPECT_EQ(to_rgb(sd, 145, 54, 34), (Rgba8{0, 255, 1}));
    EXPECT_EQ(to_rgb(sd, 41, 240, 110), (Rgba8{0, 0, 255}));
    const YcbcrMatrix hd = ycbcr_matrix(YcbcrEncoding::bt709, limited);
    EXPECT_EQ(to_rgb(hd, 63, 102, 240), (Rgba8{255, 1, 0}));
}

TEST(Ycbcr, ValuesOutsideOfTheRangeAreClamped) {
    const YcbcrMatrix matrix = ycbcr_matrix(YcbcrEncoding::bt601, limited);
    EXPECT_EQ(to_rgb(matrix, 0, 128, 128), (Rgba8{0, 0, 0}));
    EXPECT_EQ(to_rgb(matrix, 255, 128, 128), (Rgba8{255, 255, 255}));
    EXPECT_EQ(to_rgb(matrix, 255, 255, 255).r, 255);
    EXPECT_EQ(to_rgb(matrix, 0, 0, 0).b, 0);
}

TEST(Ycbcr, WholeNumbersComeWithinOneOfTheDefinition) {
    const YcbcrMatrix matrix = ycbcr_matrix(YcbcrEncoding::bt709, limited);
    const auto clamped = [](double value) { return std::clamp(value, 0.0, 255.0); };
    for (int y = 0; y < 256; y += 5) {
        for (int cb = 0; cb < 256; cb += 5) {
            for (int cr = 0; cr < 256; cr += 5) {
                const double luma = (y - 16) * 255.0 / 219;
                const double blue = (cb - 128) * 255.0 / 224;
                const double red = (cr - 128) * 255.0 / 224;
                const Rgba8 rgb =
                    to_rgb(matrix, static_cast<std::uint8_t>(y), static_cast<std::uint8_t>(cb),
                           static_cast<std::uint8_t>(cr));
                ASSERT_NEAR(rgb.r, clamped(luma + 1.5748 * red), 0.51);
                ASSERT_NEAR(rgb.g, clamped(luma - 0.187324 * blue - 0.468124 * red), 0.51);
                ASSERT_NEAR(rgb.b, clamped(luma + 1.8556 * blue), 0.51);
            }
        }
    }
}

TEST(Ycbcr, YuyvSharesChromaBetweenTwoPixels) {
    ImageLayout layout = packed_layout({2, 2}, DRM_FORMAT_YUYV, 6); // two bytes of padding
    layout.range = full;
    const Picture picture = read_ycbcr(layout, bytes({10, 128, 20, 128, 99, 99, //
                                                      30, 128, 40, 128, 99, 99}));
    EXPECT_EQ(picture.at(0, 0), (Rgba8{10, 10, 10}));
    EXPECT_EQ(picture.at(1, 0), (Rgba8{20, 20, 20}));
    EXPECT_EQ(picture.at(0, 1), (Rgba8{30, 30, 30}));
    EXPECT_EQ(picture.at(1, 1), (Rgba8{40, 40, 40}));
}

TEST(Ycbcr, Nv12SharesChromaBetweenFourPixels) {
    ImageLayout layout = layout_of(DRM_FORMAT_NV12, {4, 2}, 4);
    layout.range = full;
    const Picture picture = read_ycbcr(layout, bytes({1, 2, 3, 4, 5, 6, 7, 8, //
                                                      128, 128, 128, 255}));
    EXPECT_EQ(picture.at(1, 1), (Rgba8{6, 6, 6}));
    EXPECT_GT(picture.at(2, 0).r, 150); // the second block is red
    EXPECT_GT(picture.at(3, 1).r, 150);
    EXPECT_EQ(layout.size(), 12);
}

TEST(Ycbcr, MemoryThatIsTooSmallIsRefused) {
    for (const std::uint32_t fourcc : {DRM_FORMAT_YUYV, DRM_FORMAT_NV12}) {
        const ImageLayout layout = layout_of(fourcc, {4, 4}, 8);
        EXPECT_NO_THROW(
            static_cast<void>(read_ycbcr(layout, std::vector<std::byte>(layout.size()))));
        EXPECT_THROW(
            static_cast<void>(read_ycbcr(layout, std::vector<std::byte>(layout.size() - 1))),
            std::invalid_argument);
    }
}

TEST(Ycbcr, PlanesInSeveralBuffersAreRefused) {
    ImageLayout layout = layout_of(DRM_FORMAT_NV12, {4, 4}, 8);
    layout.planes[1].buffer = 1;
    EXPECT_THROW(static_cast<void>(read_ycbcr(layout, std::vector<std::byte>(4096))),
                 std::invalid_argument);
}

TEST(Ycbcr, OddSidesAndShortStridesAreRefused) {
    const std::vector<std::byte> plenty(4096);
    EXPECT_THROW(static_cast<void>(read_ycbcr(layout_of(DRM_FORMAT_YUYV, {3, 4}, 64), plenty)),
                 std::invalid_argument);
    EXPECT_NO_THROW(static_cast<void>(read_ycbcr(layout_of(DRM_FORMAT_YUYV, {4, 3}, 64), plenty)));
    for (const Extent extent : {Extent{3, 4}, Extent{4, 3}}) {
        EXPECT_THROW(static_cast<void>(read_ycbcr(layout_of(DRM_FORMAT_NV12, extent, 64), plenty)),
                     std::invalid_argument);
    }
    EXPECT_THROW(static_cast<void>(read_ycbcr(layout_of(DRM_FORMAT_YUYV, {4, 4}, 7), plenty)),
                 std::invalid_argument);
}

} // namespace
} // namespace parallax
