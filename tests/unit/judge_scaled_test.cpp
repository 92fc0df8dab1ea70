// SPDX-License-Identifier: MIT
// The test pattern enlarged or made smaller by a filter, and judged by what is seen.
#include "patterns.hpp"

#include "diagnosis/sampling.hpp"
#include "pattern/orientation.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

namespace parallax::demo {
namespace {

using testing::HasSubstr;

/// A desktop with the pattern in it, scaled so.
Picture screenshot_scaled(const Picture& picture, const Scaling& scaling, const Filter& filter,
                          Extent screen = {.width = 1100, .height = 500}) {
    Picture all = test_pattern(screen, 9);
    const auto [width, height] = picture.extent();
    for (std::uint32_t y = 0; y < screen.height; ++y) {
        for (std::uint32_t x = 0; x < screen.width; ++x) {
            const double from_x = (x + 0.5 - scaling.across.from) / scaling.across.scale;
            const double from_y = (y + 0.5 - scaling.down.from) / scaling.down.scale;
            if (from_x > 0 && from_y > 0 && from_x < width && from_y < height) {
                all.at(x, y) = filter.sample(picture, from_x, from_y);
            }
            all.at(x, y).a = 255;
        }
    }
    return all;
}

TEST(Judge, ScaledWithAFilter) {
    const Pattern pattern = pattern_of();
    const Picture right = pattern_as_written(pattern);
    for (const Filter& filter : filters) {
        for (const double scale : {1.25, 1.5, 2.0, 2.37, 3.0}) {
            if (filter.name == "no filter" && (scale == std::floor(scale) || scale < 1.5)) {
                continue; // the same; or too uneven for codes
            }
            const Ruling ruling = judge(screenshot_scaled(right,
                                                          {.across = {.from = 41, .scale = scale},
                                                           .down = {.from = 23, .scale = scale}},
                                                          filter),
                                        {});
            EXPECT_FALSE(ruling.same());
            EXPECT_EQ(ruling.pattern, pattern);
            EXPECT_EQ(ruling.diagnosis.value().sentence,
                      text::format("geometry: scaled by {} with {}", scale, filter.name));
            EXPECT_EQ(ruling.place(), text::format("at (41, 23), {} times as large", scale));
        }
    }
}

TEST(Judge, ScaledOtherwiseAcrossThanDownAndUpsideDown) {
    const Scaling scaling{.across = {.from = 10.3, .scale = 1.6},
                          .down = {.from = 7.8, .scale = 2.2}};
    const Picture seen =
        made_upright(screenshot_scaled(pattern_as_written(pattern_of()), scaling, filters.at(1)),
                     orientations.at(1));
    EXPECT_EQ(judge(seen, {}).diagnosis.value().sentence,
              "geometry: upside down, and scaled by 1.6 across and 2.2 down with a linear filter");
}

TEST(Judge, MadeSmallerItIsFoundIfItFillsThePicture) {
    const Pattern pattern = pattern_of();
    const Scaling scaling{.across = {.scale = 0.5}, .down = {.scale = 0.5}};
    const Picture seen =
        screenshot_scaled(pattern_as_written(pattern), scaling, filters.at(1),
                          {.width = extent.width / 2, .height = extent.height / 2});
    EXPECT_FALSE(judge(seen, {}).pattern);
    EXPECT_EQ(
        judge(seen, {.layout = pattern.layout, .frame = pattern.frame}).diagnosis.value().sentence,
        "geometry: scaled by 0.5 with a linear filter");
}

TEST(Judge, ScaledAndWrongBesidesIsUnknown) {
    Picture torn = pattern_as_written(pattern_of());
    for (std::uint32_t y = 40; y < extent.height; ++y) {
        std::ranges::fill(torn.row(y), Rgba8{.r = 200, .g = 30, .b = 90});
    }
    const Ruling ruling =
        judge(screenshot_scaled(
                  torn, {.across = {.from = 5, .scale = 1.5}, .down = {.from = 6, .scale = 1.5}},
                  filters.at(1)),
              {});
    EXPECT_EQ(ruling.diagnosis.value().cause, Cause::unknown);
    EXPECT_THAT(ruling.diagnosis->sentence, HasSubstr("scaled by about 1.5"));
}

TEST(Judge, UnrelatedPicturesAreNotCalledScaled) {
    std::mt19937 random(3);
    for (int i = 0; i < 500; ++i) {
        const auto number = [&](std::uint32_t end) {
            return static_cast<std::uint32_t>(random() % end);
        };
        const Extent size{.width = 100 + number(100), .height = 30 + number(60)};
        Picture seen = test_pattern(size, number(1000));
        if (i % 2 == 0) { // smooth
            for (std::uint32_t y = 0; y < size.height; ++y) {
                for (std::uint32_t x = 0; x < size.width; ++x) {
                    seen.at(x, y) = {.r = clamped(x + 0.5 * y),
                                     .g = clamped(255.0 * y / size.height),
                                     .b = clamped(128 + 100 * std::sin(x * 0.1 + i))};
                }
            }
        }
        const Ruling ruling = judge(
            seen, {.layout = portable_layout({.width = 110, .height = 40}, DRM_FORMAT_XRGB8888)});
        EXPECT_FALSE(ruling.same());
        EXPECT_TRUE(!ruling.diagnosis || ruling.diagnosis->cause == Cause::unknown)
            << ruling.diagnosis->sentence;
    }
}

} // namespace
} // namespace parallax::demo
