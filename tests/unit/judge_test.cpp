// SPDX-License-Identifier: MIT
// The test pattern shown with its colours changed, in part, or more than once, and judged by what
// is seen.
#include "patterns.hpp"

#include "pattern/orientation.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace parallax::demo {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Judge, Colours) {
    const Picture right = pattern_as_written(pattern_of());
    const auto each = [&](auto convert) {
        const Picture seen = converted(right, [&](const Rgba8& pixel) {
            return Rgba8{.r = clamped(convert(pixel.r)),
                         .g = clamped(convert(pixel.g)),
                         .b = clamped(convert(pixel.b))};
        });
        return judge(screenshot(seen, 70, 80), {});
    };
    EXPECT_EQ(each([](double in) { return 16 + in * 219 / 255; }).diagnosis.value().sentence,
              "colour: limited range was read as full range");
    EXPECT_EQ(each([](double in) { return (in - 16) * 255 / 219; }).diagnosis.value().sentence,
              "colour: full range was read as limited range");
    EXPECT_EQ(each([](double in) { return 255 - in; }).diagnosis.value().sentence,
              "colour: inverted");
    const Ruling slight = each([](double in) { return 3 + in * 0.96; });
    EXPECT_TRUE(slight.same());
    EXPECT_EQ(slight.colours_changed, 7);
    EXPECT_THAT(slight.headline(), HasSubstr("by at most 7 of 255, as by colour management"));
}

TEST(Judge, ColourManagementThatMixesChannels) {
    const Pattern pattern = pattern_of();
    const Picture seen = converted(pattern_as_written(pattern), [](const Rgba8& pixel) {
        return Rgba8{.r = clamped(0.93 * pixel.r + 0.07 * pixel.g),
                     .g = clamped(0.98 * pixel.g + 0.02 * pixel.r),
                     .b = clamped(0.05 * pixel.g + 0.95 * pixel.b)};
    });
    EXPECT_TRUE(judge(screenshot(seen, 1, 2), {}).same());
    const Ruling exact = judge(screenshot(seen, 1, 2), {.exact = true});
    EXPECT_FALSE(exact.same());
    EXPECT_EQ(exact.diagnosis.value().cause, Cause::unknown);
}

TEST(Judge, ADisplayOfFewerBitsIsNoMistake) {
    const Picture seen = converted(pattern_as_written(pattern_of()), [](const Rgba8& pixel) {
        return Rgba8{.r = clamped(pixel.r / 8 * 255 / 31.0),
                     .g = clamped(pixel.g / 4 * 255 / 63.0),
                     .b = clamped(pixel.b / 8 * 255 / 31.0)};
    });
    EXPECT_TRUE(judge(screenshot(seen, 100, 7), {}).same());
}

TEST(Judge, AConfusedRangeOrEncodingOnADisplayOfFewerBitsIsAMistake) {
    struct Weights {
        double red;
        double blue;
    };
    constexpr std::array weights{Weights{0.299, 0.114}, Weights{0.2126, 0.0722},
                                 Weights{0.2627, 0.0593}};
    const auto rounded = [](double value, int most) {
        return clamped(std::floor(std::clamp(value, 0.0, 255.0) * most / 255) * 255 / most);
    };
    const auto seen_as = [&](auto convert) {
        const Picture seen = converted(pattern_as_written(pattern_of()), [&](const Rgba8& pixel) {
            const std::array<double, 3> colour = convert(pixel);
            return Rgba8{.r = rounded(colour[0], 31),
                         .g = rounded(colour[1], 63),
                         .b = rounded(colour[2], 31)};
        });
        return judge(screenshot(seen, 100, 7), {});
    };
    for (const Weights& to : weights) {
        for (const Weights& from : weights) {
            const Ruling ruling = seen_as([&](const Rgba8& in) {
                const double luma = to.red * in.r + (1 - to.red - to.blue) * in.g + to.blue * in.b;
                const double red = luma + (in.r - luma) / (1 - to.red) * (1 - from.red);
                const double blue = luma + (in.b - luma) / (1 - to.blue) * (1 - from.blue);
                return std::array{
                    red, (luma - from.red * red - from.blue * blue) / (1 - from.red - from.blue),
                    blue};
            });
            EXPECT_EQ(ruling.same(), &to == &from) << ruling.headline();
        }
    }
    EXPECT_FALSE(seen_as([](const Rgba8& in) {
                     const auto limited = [](double value) { return 16 + value * 219 / 255; };
                     return std::array{limited(in.r), limited(in.g), limited(in.b)};
                 }).same());
}

TEST(Judge, PixelsThatAreWrongAreNoChangeOfColours) {
    const Picture right = pattern_as_written(pattern_of());
    std::mt19937 random(1);
    const auto spoiled = [&](std::size_t count) {
        Picture seen = right;
        for (std::size_t i = 0; i < count; ++i) {
            Rgba8& pixel = seen.pixels()[random() % seen.pixels().size()];
            pixel.b = static_cast<std::uint8_t>(pixel.b ^ 128U);
        }
        return judge(screenshot(seen, 20, 30), {});
    };
    for (const std::size_t count : {std::size_t{1}, extent.pixels() / 100}) {
        const Ruling ruling = spoiled(count);
        EXPECT_FALSE(ruling.same()) << ruling.headline();
        EXPECT_EQ(ruling.diagnosis.value().cause, Cause::unknown);
    }
}

TEST(Judge, PixelsThatAreWrongAmongChangedColours) {
    Picture seen = converted(pattern_as_written(pattern_of()), [](const Rgba8& pixel) {
        return Rgba8{.r = clamped(0.97 * pixel.r),
                     .g = clamped(0.97 * pixel.g),
                     .b = clamped(0.97 * pixel.b)};
    });
    EXPECT_TRUE(judge(screenshot(seen, 20, 30), {}).same());
    std::ranges::fill(seen.row(60).subspan(200, 16), Rgba8{.r = 0, .g = 0, .b = 0}); // a cache line
    EXPECT_FALSE(judge(screenshot(seen, 20, 30), {}).same());
}

TEST(Judge, RowsThatAreMissingAmongChangedColours) {
    const Picture right = pattern_as_written(pattern_of());
    Picture seen({.width = extent.width, .height = extent.height - 1});
    for (std::uint32_t y = 0; y < extent.height - 1; ++y) {
        std::ranges::transform(right.row(y), seen.row(y).begin(), [](const Rgba8& pixel) {
            return Rgba8{.r = pixel.r, .g = pixel.g, .b = clamped(0.97 * pixel.b)};
        });
    }
    EXPECT_FALSE(judge(seen, {}).same());
}

TEST(Judge, AnEnlargedPixelThatIsOfSeveralColours) {
    const Picture right = pattern_as_written(pattern_of());
    Picture all = screenshot(right, 0, 0, 3, {.width = 960, .height = 360});
    EXPECT_TRUE(judge(all, {}).same());
    all.at(600, 300).g = static_cast<std::uint8_t>(all.at(600, 300).g ^ 128U);
    const Ruling ruling = judge(all, {});
    EXPECT_FALSE(ruling.same());
    EXPECT_EQ(ruling.comparison.different, 1U);
    EXPECT_EQ(ruling.diagnosis.value().sentence,
              "unknown: enlarged 3 times, and 1 of the pixels are not of one colour there, as by a "
              "filter");
}

TEST(Judge, ATranslucentPattern) {
    Pattern pattern = pattern_of(DRM_FORMAT_ARGB8888);
    pattern.translucent = true;
    const Picture right = pattern_as_written(pattern);
    EXPECT_EQ(judge(right, {}).pattern, pattern);
    EXPECT_TRUE(judge(right, {}).same());
    const auto opaque = [](const Rgba8& pixel) {
        return Rgba8{.r = pixel.r, .g = pixel.g, .b = pixel.b};
    };
    EXPECT_EQ(judge(converted(right, opaque), {}).diagnosis.value().sentence,
              "format: written as ARGB8888, and read as XRGB8888");
    for (const int ground : {0, 255}) {
        const Picture seen = converted(right, [ground](const Rgba8& pixel) {
            const auto over = [&](double value) {
                return clamped((value * pixel.a + ground * (255.0 - pixel.a)) / 255);
            };
            return Rgba8{.r = over(pixel.r), .g = over(pixel.g), .b = over(pixel.b)};
        });
        EXPECT_EQ(judge(screenshot(seen, 9, 8), {}).diagnosis.value().sentence,
                  text::format("colour: multiplied by alpha, and shown on {}",
                               ground == 0 ? "black" : "white"));
    }
}

TEST(Judge, AlphaInAScreenshotOfAnOpaquePatternSaysNothing) {
    const Picture seen = converted(pattern_as_written(pattern_of()), [](Rgba8 pixel) {
        pixel.a = 0;
        return pixel;
    });
    EXPECT_TRUE(judge(seen, {}).same());
    EXPECT_FALSE(judge(seen, {.is_memory = true}).same());
}

TEST(Judge, APatternThatIsCropped) {
    const Picture right = pattern_as_written(pattern_of());
    Picture seen({.width = 200, .height = 100});
    for (std::uint32_t y = 0; y < 100; ++y) {
        std::ranges::copy(right.row(y + 20).first(200), seen.row(y).begin());
    }
    const Ruling ruling = judge(seen, {});
    EXPECT_FALSE(ruling.same());
    EXPECT_EQ(ruling.diagnosis.value().sentence,
              "geometry: cropped: of the pattern, only columns 0 to 199 and rows 20 to 119 are "
              "seen");
}

TEST(Judge, APatternThatIsTurnedAndCropped) {
    const Picture right = pattern_as_written(pattern_of());
    for (const Orientation& orientation : orientations) {
        if (orientation.exchanges_sides || orientation.sentence.empty()) {
            continue;
        }
        const Picture turned = made_upright(right, orientation); // which is turned back the same
        Picture seen({.width = 270, .height = 100});
        for (std::uint32_t y = 0; y < 100; ++y) {
            const auto row = turned.row(orientation.from_bottom ? y + 20 : y);
            std::ranges::copy(row.subspan(orientation.from_right ? 50 : 0, 270),
                              seen.row(y).begin());
        }
        const Ruling ruling = judge(seen, {});
        EXPECT_FALSE(ruling.same());
        EXPECT_EQ(
            ruling.diagnosis.value().sentence,
            text::format("{}, and cropped: of the pattern, only columns 0 to 269 and rows 0 to "
                         "99 are seen",
                         orientation.sentence));
    }
}

TEST(Judge, APatternThatIsCoveredFromBelow) {
    Picture seen = pattern_as_written(pattern_of());
    for (std::uint32_t y = 100; y < 120; ++y) {
        std::ranges::fill(seen.row(y), Rgba8{.r = 0, .g = 0, .b = 0});
    }
    EXPECT_THAT(judge(screenshot(seen, 9, 9), {}).diagnosis.value().sentence,
                EndsWith("than were written; or something covers the rows from 100 on"));
}

TEST(Judge, APatternThatIsTorn) {
    Picture seen = pattern_as_written(pattern_of(DRM_FORMAT_XRGB8888, 8));
    const Picture before = pattern_as_written(pattern_of(DRM_FORMAT_XRGB8888, 7));
    for (std::uint32_t y = 70; y < 120; ++y) {
        std::ranges::copy(before.row(y), seen.row(y).begin());
    }
    EXPECT_THAT(judge(screenshot(seen, 9, 9), {}).diagnosis.value().sentence,
                AllOf(StartsWith("old content in whole "),
                      EndsWith("; or the picture is torn at row 70: read or shown while it was "
                               "written")));
}

// The newest frame is expected, where its own codes are.
TEST(Judge, TwoPatternsOfWhichTheNewerIsCovered) {
    Picture seen = screenshot(pattern_as_written(pattern_of(DRM_FORMAT_XRGB8888, 7)), 9, 9);
    const Picture newer = pattern_as_written(pattern_of(DRM_FORMAT_XRGB8888, 8));
    for (std::uint32_t y = 0; y < 80; ++y) {
        std::ranges::copy(newer.row(y), seen.row(y + 200).begin() + 400);
    }
    const Ruling ruling = judge(seen, {});
    EXPECT_EQ(ruling.place(), "at (400, 200)");
    EXPECT_FALSE(ruling.same());
    EXPECT_NE(ruling.diagnosis.value().cause, Cause::old_content);
}

TEST(Judge, FieldsBelowEachOther) {
    const Picture right = pattern_as_written(pattern_of());
    Picture fields(right.extent());
    Picture woven(right.extent());
    Picture lower_first(right.extent());
    for (std::uint32_t y = 0; y < 60; ++y) {
        std::ranges::copy(right.row(2 * y), fields.row(y).begin());
        std::ranges::copy(right.row(2 * y + 1), fields.row(y + 60).begin());
        std::ranges::copy(right.row(2 * y + 1), lower_first.row(y).begin());
        std::ranges::copy(right.row(2 * y), lower_first.row(y + 60).begin());
        std::ranges::copy(right.row(y), woven.row(2 * y).begin());
        std::ranges::copy(right.row(y + 60), woven.row(2 * y + 1).begin());
    }
    const Expectation here{
        .layout = pattern_of().layout, .frame = 300, .at = Origin{.x = 0, .y = 0, .scale = 1}};
    EXPECT_EQ(judge(fields, here).diagnosis.value().sentence,
              "geometry: the picture's two fields are read one below the other: every second row");
    EXPECT_EQ(judge(lower_first, here).diagnosis.value().sentence,
              "geometry: the picture's two fields are read one below the other, the lower one "
              "first");
    EXPECT_EQ(judge(woven, here).diagnosis.value().sentence,
              "geometry: two halves, one below the other, are read as fields: row by row in turn");
}

TEST(Judge, WithoutACodeTheLayoutMustBeGiven) {
    const Picture black({.width = extent.width, .height = extent.height}, {.r = 0, .g = 0, .b = 0});
    const Ruling nothing = judge(black, {});
    EXPECT_FALSE(nothing.same());
    EXPECT_EQ(nothing.headline(), "DIFFERENT: no pattern was found");
    const Ruling ruling = judge(black, {.layout = pattern_of().layout});
    EXPECT_THAT(ruling.diagnosis.value().sentence, HasSubstr("all of it is zero"));
}

TEST(Judge, APlaceOutsideOfThePicture) {
    const Ruling ruling =
        judge(pattern_as_written(pattern_of()), {.at = Origin{.x = 1'000'000'000'000, .y = -5}});
    EXPECT_FALSE(ruling.same());
    EXPECT_EQ(ruling.diagnosis.value().sentence, "unknown: the place is outside of the picture");
}

TEST(Judge, OtherPicturesHaveNoPattern) {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        EXPECT_FALSE(judge(test_pattern(extent, seed), {}).pattern);
    }
}

TEST(Judge, FramesFollowEachOtherPast65535) {
    const Picture last = pattern_as_written(pattern_of(DRM_FORMAT_XRGB8888, 65535));
    Picture seen = pattern_as_written(pattern_of(DRM_FORMAT_XRGB8888, 0));
    std::ranges::copy(last.row(extent.height - 1), seen.row(extent.height - 1).begin());
    const Ruling ruling = judge(seen, {});
    ASSERT_EQ(ruling.frames.size(), 2U);
    EXPECT_EQ(ruling.frames[0].number, 0);
    EXPECT_EQ(ruling.pattern.value().frame, 0);
}

TEST(Pattern, IsNotTooSmall) {
    const auto drawn = [](Extent size) {
        return draw_pattern({.layout = portable_layout(size, DRM_FORMAT_RGB565)});
    };
    EXPECT_THROW(drawn({.width = 95, .height = 16}), std::invalid_argument);
    EXPECT_THROW(drawn({.width = 96, .height = 15}), std::invalid_argument);
    EXPECT_TRUE(judge(drawn(smallest_pattern), {}).pattern);
}

TEST(Pattern, HasACodeInEveryPageOfAWideOne) {
    const Pattern pattern{.layout =
                              portable_layout({.width = 2560, .height = 16}, DRM_FORMAT_XRGB8888)};
    const std::vector<Sighting> codes = find_codes(draw_pattern(pattern));
    EXPECT_EQ(codes.size(), 16U * 3U);
    EXPECT_EQ(codes[2].code.block, 2U);
    EXPECT_EQ(codes[2].x, 8U + 2 * 1024U);
}

} // namespace
} // namespace parallax::demo
