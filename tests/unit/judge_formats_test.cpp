// SPDX-License-Identifier: MIT
// The test pattern in every format, with each mistake of a layout made on purpose, and judged by
// what is seen.
#include "patterns.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace parallax::demo {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

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

} // namespace
} // namespace parallax::demo
