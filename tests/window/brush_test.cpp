// SPDX-License-Identifier: MIT
#include "window/brush.hpp"

#include "parallax/image/pixels.hpp"

#include <drm_fourcc.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace parallax::demo {
namespace {

constexpr Rgba8 ground{.r = 10, .g = 20, .b = 30};
constexpr Rgba8 ink{.r = 200, .g = 100, .b = 50};

/// Memory with a picture in it, with padding after each row and a gap before the first.
class BrushTest : public testing::Test {
protected:
    void SetUp() override {
        layout_ = {.extent = {.width = 21, .height = 13},
                   .fourcc = rgb_fourccs().front(),
                   .planes = {{{.offset = 64, .stride = 128}}}};
        memory_.assign(layout_.size() + 32, std::byte{0xA5});
        write_pixels(Picture(layout_.extent, ground), layout_, memory_);
        before_ = memory_;
    }

    [[nodiscard]] Picture picture() const { return read_pixels(layout_, memory_); }

    void draw_ink(glm::vec2 from, glm::vec2 to, float radius) {
        draw({{.from = from, .to = to}, {.colour = ink, .radius = radius}}, layout_, memory_);
    }

    [[nodiscard]] bool outside_is_untouched() const {
        for (std::size_t i = 0; i < memory_.size(); ++i) {
            const bool before_first = i < layout_.planes[0].offset;
            const bool in_padding =
                !before_first &&
                (i - layout_.planes[0].offset) % layout_.planes[0].stride >= layout_.row_bytes();
            const bool after_last = i >= layout_.size();
            if ((before_first || in_padding || after_last) && memory_[i] != before_[i]) {
                return false;
            }
        }
        return true;
    }

    ImageLayout layout_;
    std::vector<std::byte> memory_;
    std::vector<std::byte> before_;
};

TEST_F(BrushTest, ADotCoversThePixelsWithinItsRadiusAndNoOther) {
    draw_ink({10, 6}, {10, 6}, 3.0F);
    const Picture seen = picture();
    for (std::uint32_t y = 0; y < 13; ++y) {
        for (std::uint32_t x = 0; x < 21; ++x) {
            const float distance = std::hypot(static_cast<float>(x) + 0.5F - 10.0F,
                                              static_cast<float>(y) + 0.5F - 6.0F);
            EXPECT_EQ(seen.at(x, y), distance <= 3.0F ? ink : ground) << x << ", " << y;
        }
    }
    EXPECT_TRUE(outside_is_untouched());
}

TEST_F(BrushTest, NothingIsDrawnOutsideOfWhatIsSaidToBeTouched) {
    const std::vector<Stroke> strokes{{.from = {3, 4}, .to = {9, 4}},
                                      {.from = {-5, 20}, .to = {12, -3}},
                                      {.from = {19.5F, 11.5F}, .to = {40, 30}},
                                      {.from = {-9, -9}, .to = {-8, -8}}};
    for (const Stroke& stroke : strokes) {
        SetUp();
        draw_ink(stroke.from, stroke.to, 2.5F);
        const PixelRange part = touched({stroke, {.colour = ink, .radius = 2.5F}}, layout_.extent);
        const Picture seen = picture();
        float inside = 0;
        for (std::uint32_t y = 0; y < seen.extent().height; ++y) {
            for (std::uint32_t x = 0; x < seen.extent().width; ++x) {
                const bool in_part =
                    x >= part.left && x < part.right && y >= part.top && y < part.bottom;
                inside += in_part ? 1.0F : 0.0F;
                EXPECT_TRUE(in_part || seen.at(x, y) == ground) << x << "," << y;
            }
        }
        EXPECT_LE(inside, (std::abs(stroke.to.x - stroke.from.x) + 7) *
                              (std::abs(stroke.to.y - stroke.from.y) + 7));
    }
}

TEST_F(BrushTest, AStrokeHasNoGaps) {
    draw_ink({2.5F, 2.5F}, {18.5F, 10.5F}, 0.8F);
    const Picture seen = picture();
    for (float along = 0; along <= 1; along += 0.02F) {
        const auto x = static_cast<std::uint32_t>(2.5F + 16.0F * along);
        const auto y = static_cast<std::uint32_t>(2.5F + 8.0F * along);
        EXPECT_EQ(seen.at(x, y), ink) << x << ", " << y;
    }
}

TEST_F(BrushTest, DirectionDoesNotMatter) {
    draw_ink({3, 11}, {17, 2}, 2.0F);
    const Picture there = picture();
    memory_ = before_;
    draw_ink({17, 2}, {3, 11}, 2.0F);
    EXPECT_EQ(picture(), there);
}

TEST_F(BrushTest, WhatLeavesThePictureIsCutOff) {
    draw_ink({-50, 6}, {70, 6}, 2.0F);
    draw_ink({10, -40}, {10, 60}, 2.0F);
    EXPECT_TRUE(outside_is_untouched());
    EXPECT_EQ(picture().at(0, 6), ink);
    EXPECT_EQ(picture().at(20, 6), ink);
    EXPECT_EQ(picture().at(10, 0), ink);
    EXPECT_EQ(picture().at(10, 12), ink);
    EXPECT_EQ(picture().at(0, 0), ground);
}

TEST_F(BrushTest, FarAwayItTouchesNothing) {
    draw_ink({-100, -100}, {-90, 500}, 8.0F);
    draw_ink({1e9F, 1e9F}, {1e9F, 1e9F}, 8.0F);
    EXPECT_EQ(memory_, before_);
}

TEST_F(BrushTest, AWideOneFillsRowsLongerThanItsPieces) {
    layout_ = {.extent = {.width = 200, .height = 3},
               .fourcc = DRM_FORMAT_RGB565,
               .planes = {{{.stride = 512}}}};
    memory_.assign(layout_.size(), std::byte{0});
    draw_ink({0, 1.5F}, {200, 1.5F}, 10.0F);
    Picture full({.width = 200, .height = 3}, ink);
    std::vector<std::byte> expected(layout_.size());
    write_pixels(full, layout_, expected);
    EXPECT_EQ(read_pixels(layout_, memory_), read_pixels(layout_, expected));
}

} // namespace
} // namespace parallax::demo
