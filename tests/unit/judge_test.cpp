// SPDX-License-Identifier: MIT
// The test pattern is shown in several ways, with each mistake made on purpose, and judged by what
// is seen.
#include "pattern/judge.hpp"

#include "diagnosis/sampling.hpp"
#include "pattern/orientation.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace parallax::demo {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr Extent extent{.width = 320, .height = 120};

Pattern pattern_of(std::uint32_t fourcc = DRM_FORMAT_XRGB8888, std::uint16_t frame = 300,
                   std::uint64_t offset = 4096) {
    const std::uint64_t stride = portable_stride(extent.width, format_of(fourcc).bytes()) + 256;
    return {.layout = packed_layout(extent, fourcc, stride, offset), .frame = frame};
}

/// The pattern in memory; what lies behind it is zero.
std::vector<std::byte> memory_of(const Pattern& pattern) {
    std::vector<std::byte> memory(pattern.layout.size() + 262144);
    write_pixels(draw_pattern(pattern), pattern.layout, memory);
    return memory;
}

/// A desktop of noise with a picture in it.
Picture screenshot(const Picture& picture, std::uint32_t left, std::uint32_t top,
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

std::uint8_t clamped(double value) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
}

class Formats : public testing::TestWithParam<std::uint32_t> {};

INSTANTIATE_TEST_SUITE_P(All, Formats, testing::ValuesIn(rgb_fourccs()), [](const auto& instance) {
    return std::string(format_of(instance.param).name);
});

/// A format of luma and chroma, of which nearly all colours are rounded.
class Ycbcr : public testing::TestWithParam<Format> {
protected:
    [[nodiscard]] static Pattern pattern(const char* colour = "601-limited-left") {
        const std::uint32_t fourcc = GetParam().fourcc;
        return {.layout = pattern_layout(extent, fourcc, pattern_stride(extent.width, fourcc), 4096,
                                         parse_colour(colour).value()),
                .frame = 300};
    }
};

std::vector<Format> ycbcr_formats() {
    std::vector<Format> all(formats().begin(), formats().end());
    std::erase_if(all, [](const Format& format) { return !format.is_ycbcr; });
    return all;
}

INSTANTIATE_TEST_SUITE_P(All, Ycbcr, testing::ValuesIn(ycbcr_formats()),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST_P(Ycbcr, TheSameAndItsColourIsRead) {
    for (const char* const colour :
         {"601-limited-left", "709-full-center", "2020-limited-topleft"}) {
        const Pattern right = pattern(colour);
        const Ruling ruling = judge(read_pixels(right.layout, memory_of(right)), {});
        EXPECT_EQ(ruling.headline(), "same picture: 0 of 38400 pixels differ");
        EXPECT_EQ(ruling.pattern, right);
        EXPECT_THAT(describe(*ruling.pattern), HasSubstr(std::string(", ") + colour));
    }
}

TEST_P(Ycbcr, MemoryThatIsReadFromAnotherByteIsNotCropped) {
    const Pattern right = pattern();
    ImageLayout wrong = right.layout;
    for (PlaneLayout& plane : wrong.planes) {
        plane.offset -= plane.stride == 0 ? 0 : 4096;
    }
    const Ruling ruling =
        judge(read_pixels(wrong, memory_of(right)), {.layout = wrong, .is_memory = true});
    EXPECT_FALSE(ruling.same());
    EXPECT_THAT(ruling.diagnosis.value().sentence, testing::Not(HasSubstr("cropped")));
}

TEST_P(Ycbcr, APartOfAScreenshotEnlarged) {
    const Pattern right = pattern();
    const Ruling ruling = judge(screenshot(pattern_as_written(right), 37, 11, 2, {1040, 420}), {});
    EXPECT_TRUE(ruling.same()) << ruling.headline();
    EXPECT_EQ(ruling.pattern, right);
    EXPECT_EQ(ruling.origin, (Origin{.x = 37, .y = 11, .scale = 2}));
}

TEST_P(Ycbcr, ColoursThatASamplerRoundsAreSlightlyChanged) {
    const Ruling ruling = judge(converted(pattern_as_written(pattern()),
                                          [](Rgba8 pixel) {
                                              pixel.g = clamped(pixel.g + 1.0);
                                              return pixel;
                                          }),
                                {});
    EXPECT_TRUE(ruling.same()) << ruling.headline();
    EXPECT_EQ(ruling.colours_changed, 1);
}

TEST_P(Ycbcr, AnotherMeaningIsADifference) {
    const Pattern right = pattern("709-limited-left");
    const Ruling ruling = judge(
        read_pixels(right.layout.with(parse_colour("601-full").value()), memory_of(right)), {});
    EXPECT_FALSE(ruling.same());
    EXPECT_EQ(ruling.diagnosis.value().sentence,
              "colour: YCbCr by BT.709 in limited range was read as BT.601 in full range");
}

TEST(PatternLayout, PlanesFollowEachOtherAsV4l2HasThem) {
    const ImageLayout nv12 = pattern_layout(extent, DRM_FORMAT_NV12, 384, 64);
    EXPECT_EQ(nv12.planes[1], (PlaneLayout{.offset = 64 + 384 * 120, .stride = 384}));
    const ImageLayout yuv420 = pattern_layout(extent, DRM_FORMAT_YUV420, 512, 0);
    EXPECT_EQ(yuv420.planes[1], (PlaneLayout{.offset = 512 * 120, .stride = 256}));
    EXPECT_EQ(yuv420.planes[2], (PlaneLayout{.offset = 512 * 120 + 256 * 60, .stride = 256}));
    EXPECT_EQ(whole_rows(yuv420), 512 * 180);
    EXPECT_EQ(pattern_stride(320, DRM_FORMAT_NV12), 512);
    EXPECT_EQ(pattern_stride(500, DRM_FORMAT_YUV420), 512); // 256 of chroma
    EXPECT_EQ(pattern_stride(320, DRM_FORMAT_YUV444), 512);
    EXPECT_EQ(pattern_stride(320, DRM_FORMAT_YUYV), 768);
}

TEST(PatternFormats, EachHasAWordOfItsOwn) {
    std::map<std::uint16_t, std::string> words;
    for (const Format& format : formats()) {
        for (const char* const encoding : {"601", "709", "2020"}) {
            for (const char* const range : {"limited", "full"}) {
                for (const char* const siting : {"left", "center", "topleft"}) {
                    for (const bool translucent : {false, true}) {
                        const std::string colour =
                            text::format("{}-{}-{}", encoding, range, siting);
                        const std::string name = text::format("{} {} {}", format.name, translucent,
                                                              format.is_ycbcr ? colour : "");
                        const auto [at, is_new] = words.try_emplace(
                            format_word(format.fourcc, translucent, parse_colour(colour).value()),
                            name);
                        EXPECT_EQ(at->second, name);
                    }
                }
            }
        }
    }
}

TEST(RowCode, ReadsWhatWasWritten) {
    const RowCode code{.row = 16383, .block = 15, .frame = 77, .word = 0xa55a};
    EXPECT_EQ(decode(encode(code)), code);
}

TEST(RowCode, EveryWrongCellIsFound) {
    const Cells right = encode({.row = 5, .block = 0, .frame = 3, .word = 640});
    for (std::size_t i = 0; i < right.size(); ++i) {
        Cells wrong = right;
        wrong.at(i) = !wrong.at(i);
        EXPECT_FALSE(decode(wrong)) << i;
    }
}

TEST_P(Formats, TheSame) {
    const Pattern pattern = pattern_of(GetParam());
    const Picture seen = pattern_as_written(pattern);
    const Ruling ruling = judge(seen, {});
    EXPECT_TRUE(ruling.same()) << ruling.headline();
    EXPECT_EQ(ruling.pattern, pattern);
    EXPECT_EQ(ruling.headline(), "same picture: 0 of 38400 pixels differ");
    EXPECT_FALSE(ruling.diagnosis);
}

TEST_P(Formats, APartOfAScreenshotEnlarged) {
    const Pattern pattern = pattern_of(GetParam());
    for (const std::uint32_t scale : {1U, 2U, 3U}) {
        const Ruling ruling =
            judge(screenshot(pattern_as_written(pattern), 37, 11, scale, {1040, 420}), {});
        EXPECT_TRUE(ruling.same()) << ruling.headline();
        EXPECT_EQ(ruling.pattern, pattern);
        EXPECT_EQ(ruling.origin, (Origin{.x = 37, .y = 11, .scale = scale}));
    }
}

TEST_P(Formats, WrongStride) {
    const Pattern pattern = pattern_of(GetParam());
    const ImageLayout& right = pattern.layout;
    const std::uint64_t stride = right.planes[0].stride - 256;
    const Picture seen = read_pixels(
        packed_layout(extent, right.fourcc, stride, right.planes[0].offset), memory_of(pattern));
    const std::string sentence =
        text::format("stride: the rows were written {} bytes apart, and read {} bytes apart",
                     right.planes[0].stride, stride);
    EXPECT_EQ(judge(seen, {}).diagnosis.value().sentence, sentence);
    const Ruling part = judge(screenshot(seen, 64, 32), {});
    EXPECT_FALSE(part.same());
    EXPECT_EQ(part.diagnosis.value().sentence, sentence);
    EXPECT_EQ(part.origin, (Origin{.x = 64, .y = 32, .scale = 1}));
}

TEST_P(Formats, WrongOffset) {
    const Pattern pattern = pattern_of(GetParam());
    const ImageLayout& right = pattern.layout;
    const Picture seen = read_pixels(
        packed_layout(extent, right.fourcc, right.planes[0].stride, 64), memory_of(pattern));
    // Of a format of 2 bytes, all codes are out of sight here, and it may as well be moved.
    Expectation expectation{.layout = right, .frame = pattern.frame};
    const std::string sentence =
        "offset: the picture was written from byte 4096 on, and read from byte 64";
    EXPECT_THAT(judge(seen, expectation).diagnosis.value().sentence, StartsWith(sentence));
    expectation.at = Origin{.x = 64, .y = 32};
    EXPECT_THAT(judge(screenshot(seen, 64, 32), expectation).diagnosis.value().sentence,
                StartsWith(sentence));
}

TEST_P(Formats, RedAndBlueExchanged) {
    const Picture seen = converted(pattern_as_written(pattern_of(GetParam())), [](Rgba8 pixel) {
        std::swap(pixel.r, pixel.b);
        return pixel;
    });
    const Ruling ruling = judge(screenshot(seen, 3, 5), {});
    EXPECT_EQ(ruling.diagnosis.value().cause, Cause::format) << ruling.diagnosis->sentence;
}

TEST_P(Formats, UpsideDownMirroredAndTurned) {
    const Picture right = pattern_as_written(pattern_of(GetParam()));
    const auto seen_so = [&](Extent size, auto source) {
        Picture seen(size);
        for (std::uint32_t y = 0; y < size.height; ++y) {
            for (std::uint32_t x = 0; x < size.width; ++x) {
                const auto [from_x, from_y] = source(x, y);
                seen.at(x, y) = right.at(from_x, from_y);
            }
        }
        const Ruling ruling = judge(screenshot(seen, 40, 20), {});
        EXPECT_FALSE(ruling.same());
        EXPECT_EQ(ruling.origin, (Origin{.x = 40, .y = 20, .scale = 1}));
        return ruling.diagnosis.value().sentence;
    };
    using P = std::pair<std::uint32_t, std::uint32_t>;
    const auto [width, height] = extent;
    const Extent turned{.width = height, .height = width};
    EXPECT_EQ(seen_so(extent, [=](auto x, auto y) { return P{x, height - 1 - y}; }),
              "geometry: upside down");
    EXPECT_EQ(seen_so(extent, [=](auto x, auto y) { return P{width - 1 - x, y}; }),
              "geometry: mirrored, left and right are exchanged");
    EXPECT_EQ(seen_so(extent, [=](auto x, auto y) { return P{width - 1 - x, height - 1 - y}; }),
              "geometry: rotated by 180 degrees");
    EXPECT_EQ(seen_so(turned, [=](auto x, auto y) { return P{y, height - 1 - x}; }),
              "geometry: rotated by 90 degrees, clockwise");
    EXPECT_EQ(seen_so(turned, [=](auto x, auto y) { return P{width - 1 - y, x}; }),
              "geometry: rotated by 90 degrees, counterclockwise");
}

TEST_P(Formats, OldRowsAndWholeOldFrames) {
    const Pattern now = pattern_of(GetParam(), 256);
    const Pattern before = pattern_of(GetParam(), 255);
    Picture torn = pattern_as_written(now);
    const Picture old = pattern_as_written(before);
    for (std::uint32_t y = 50; y < extent.height; ++y) {
        std::ranges::copy(old.row(y), torn.row(y).begin());
    }
    const Ruling ruling = judge(screenshot(torn, 9, 9), {});
    EXPECT_EQ(ruling.diagnosis.value().cause, Cause::old_content) << ruling.diagnosis->sentence;
    ASSERT_EQ(ruling.frames.size(), 2U);
    EXPECT_EQ(ruling.frames[0].number, 256);
    EXPECT_EQ(ruling.frames[1].number, 255);
    const Ruling whole = judge(screenshot(old, 9, 9), {.frame = std::uint16_t{256}});
    EXPECT_THAT(whole.diagnosis.value().sentence, HasSubstr("nothing of the last write is seen"));
    EXPECT_TRUE(judge(screenshot(old, 9, 9), {}).same());
}

TEST_P(Formats, CutAtAPage) {
    const Pattern pattern = pattern_of(GetParam());
    std::vector<std::byte> memory = memory_of(pattern);
    const std::size_t end = pattern.layout.size() / 2 / 4096 * 4096;
    std::fill(memory.begin() + static_cast<std::ptrdiff_t>(end), memory.end(), std::byte{0});
    EXPECT_THAT(
        judge(screenshot(read_pixels(pattern.layout, memory), 5, 6), {}).diagnosis.value().sentence,
        HasSubstr(text::format("right up to byte {}, the end of a page, then zero", end)));
}

TEST_P(Formats, Tiles) {
    Pattern pattern = pattern_of(GetParam());
    // Whole tiles: of the largest pixels, a row takes 2560 bytes.
    const std::uint64_t stride = std::max<std::uint64_t>(2048, pattern.layout.row_bytes());
    pattern.layout.planes[0] = {.offset = 0, .stride = stride};
    const std::vector<std::byte> linear = memory_of(pattern);
    std::vector<std::byte> tiled(linear.size());
    for (std::uint64_t y = 0; y < extent.height; ++y) {
        for (std::uint64_t x = 0; x < stride; ++x) {
            tiled.at((y / 8 * (stride / 512) + x / 512) * 4096 + y % 8 * 512 + x % 512) =
                linear.at(y * stride + x);
        }
    }
    // A tile's row ends within the code of pixels of 8 bytes, which then cannot be read.
    EXPECT_EQ(judge(read_pixels(pattern.layout, tiled),
                    {.layout = pattern.layout, .frame = pattern.frame})
                  .diagnosis.value()
                  .sentence,
              "tiling: written in tiles of 512 bytes and 8 rows, I915_X_TILED, and read linear");
}

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
