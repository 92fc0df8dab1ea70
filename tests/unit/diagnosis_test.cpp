// SPDX-License-Identifier: MIT
// Each mistake is made with pictures of several kinds, sizes and formats, and must be named; what
// is no known mistake must not be.
#include "diagnosis/diagnosis.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

using testing::HasSubstr;

/// Pictures that differ in how much of them is alike.
enum class PictureKind { noise, ramps, window, photo };

/// Smooth hills of colour, as in a photo.
Rgba8 hills(std::uint32_t x, std::uint32_t y, std::uint32_t seed) {
    const auto wave = [&](double fx, double fy, double phase) {
        const double value = std::sin(x * fx + phase + seed) + std::cos(y * fy + phase * 2) +
                             std::sin((x + 2.0 * y) * 0.013 + phase);
        return static_cast<std::uint8_t>(std::lround(127.5 + 42 * value));
    };
    return {.r = wave(0.021, 0.034, 0.3),
            .g = wave(0.034, 0.017, 1.1),
            .b = wave(0.013, 0.027, 2.2),
            .a = static_cast<std::uint8_t>(64 + (x + y) % 192)};
}

/// A desktop: a plain ground, a bar, and windows with lines as of text.
Rgba8 desktop(std::uint32_t x, std::uint32_t y, std::uint32_t seed) {
    if (y < 12) {
        return {.r = 40, .g = 40, .b = static_cast<std::uint8_t>(48 + x / 8 % 16)};
    }
    if (x > 20 && x < 120 && y > 20 && y < 60) {
        const bool ink = (x * 7 + y / 6 * 13 + seed) % 11 < 4 && y % 6 < 4;
        return ink ? Rgba8{.r = 20, .g = 20, .b = 20} : Rgba8{.r = 250, .g = 250, .b = 245};
    }
    return {.r = static_cast<std::uint8_t>(30 + x / 4 % 64),
            .g = static_cast<std::uint8_t>(90 + y / 4 % 64),
            .b = static_cast<std::uint8_t>(160 - x / 8 % 32)};
}

Picture draw(PictureKind kind, Extent extent, std::uint32_t seed = 1) {
    if (kind == PictureKind::noise) {
        return test_pattern(extent, seed);
    }
    Picture picture(extent);
    for (std::uint32_t y = 0; y < extent.height; ++y) {
        for (std::uint32_t x = 0; x < extent.width; ++x) {
            switch (kind) {
            case PictureKind::ramps:
                picture.at(x, y) = {.r = static_cast<std::uint8_t>(x * 255 / extent.width),
                                    .g = static_cast<std::uint8_t>(y * 255 / extent.height),
                                    .b = static_cast<std::uint8_t>((x * 3 + y * 5 + seed * 40)),
                                    .a = static_cast<std::uint8_t>(255 - x % 128)};
                break;
            case PictureKind::window:
                picture.at(x, y) = desktop(x, y, seed);
                break;
            default:
                picture.at(x, y) = hills(x, y, seed);
            }
        }
    }
    return picture;
}

/// A picture in memory that a reader may misread.
struct WrittenPicture {
    ImageLayout layout;
    std::vector<std::byte> memory;
    Picture picture;

    WrittenPicture(PictureKind kind, Extent extent, std::uint32_t fourcc, std::uint64_t stride,
                   std::uint64_t offset = 0)
        : layout(packed_layout(extent, fourcc, stride, offset)),
          memory(layout.size() + 65536) { // what lies behind it is zero
        write_pixels(draw(kind, extent), layout, memory);
        picture = read_pixels(layout, memory);
    }

    [[nodiscard]] Picture read(std::uint64_t stride, std::uint64_t offset = 0) {
        ImageLayout wrong = packed_layout(layout.extent, layout.fourcc, stride, offset);
        memory.resize(std::max<std::size_t>(memory.size(), wrong.size()));
        return read_pixels(wrong, memory);
    }

    [[nodiscard]] Diagnosis of(const Picture& seen, const Picture* before = nullptr) const {
        return diagnose(picture, layout, seen, before).value();
    }
};

class Pictures : public testing::TestWithParam<std::tuple<PictureKind, Extent, std::uint32_t>> {
protected:
    [[nodiscard]] WrittenPicture written(std::uint64_t padding = 0,
                                         std::uint64_t offset = 0) const {
        const auto [kind, extent, fourcc] = GetParam();
        return {kind, extent, fourcc, extent.width * format_of(fourcc).bytes() + padding, offset};
    }
};

TEST_P(Pictures, Equal) {
    const WrittenPicture it = written();
    EXPECT_FALSE(diagnose(it.picture, it.layout, it.picture));
}

TEST_P(Pictures, Stride) {
    for (const int slip : {64, 256, 4, -64}) {
        WrittenPicture it = written(128);
        const auto stride =
            static_cast<std::uint64_t>(static_cast<int>(it.layout.planes[0].stride) + slip);
        const Diagnosis diagnosis = it.of(it.read(stride));
        EXPECT_EQ(diagnosis.cause, Cause::stride) << diagnosis.sentence;
        EXPECT_THAT(diagnosis.sentence,
                    HasSubstr(text::format("written {} bytes apart, and read {} bytes",
                                           it.layout.planes[0].stride, stride)));
    }
}

TEST_P(Pictures, Offset) {
    for (const std::uint64_t wrong : {0U, 4096U + 64U, 256U * 9U}) {
        WrittenPicture it = written(0, 4096);
        const Diagnosis diagnosis = it.of(it.read(it.layout.planes[0].stride, wrong));
        EXPECT_EQ(diagnosis.cause, Cause::offset) << diagnosis.sentence;
        EXPECT_THAT(diagnosis.sentence,
                    HasSubstr(text::format("from byte 4096 on, and read from byte {}", wrong)));
    }
}

TEST_P(Pictures, RedAndBlue) {
    const WrittenPicture it = written();
    Picture seen = it.picture;
    for (Rgba8& pixel : seen.pixels()) {
        std::swap(pixel.r, pixel.b);
    }
    EXPECT_EQ(it.of(seen).cause, Cause::format) << it.of(seen).sentence;
}

TEST_P(Pictures, Geometry) {
    const WrittenPicture it = written();
    const auto [width, height] = it.layout.extent;
    const auto seen_at = [&](auto source) {
        Picture seen(it.layout.extent);
        for (std::uint32_t y = 0; y < height; ++y) {
            for (std::uint32_t x = 0; x < width; ++x) {
                const auto [from_x, from_y] = source(x, y);
                seen.at(x, y) = from_x < width && from_y < height ? it.picture.at(from_x, from_y)
                                                                  : Rgba8{.r = 0, .g = 0, .b = 0};
            }
        }
        return it.of(seen);
    };
    using P = std::pair<std::uint32_t, std::uint32_t>;
    EXPECT_EQ(seen_at([=](auto x, auto y) { return P{x, height - 1 - y}; }).sentence,
              "geometry: upside down");
    EXPECT_THAT(seen_at([=](auto x, auto y) { return P{width - 1 - x, y}; }).sentence,
                HasSubstr("mirrored"));
    EXPECT_THAT(seen_at([=](auto x, auto y) { return P{width - 1 - x, height - 1 - y}; }).sentence,
                HasSubstr("180 degrees"));
    EXPECT_THAT(seen_at([](auto x, auto y) { return P{x / 2, y / 2}; }).sentence,
                HasSubstr("2 times as large"));
    EXPECT_THAT(seen_at([](auto x, auto y) { return P{x + 7, y + 3}; }).sentence,
                HasSubstr("moved by 7 pixels to the left and 3 pixels up"));
}

TEST_P(Pictures, Tiles) {
    const auto [kind, extent, fourcc] = GetParam();
    const std::uint64_t stride = (extent.width * format_of(fourcc).bytes() + 1023) / 1024 * 1024;
    const WrittenPicture it(kind, {.width = extent.width, .height = extent.height / 8 * 8}, fourcc,
                            stride);
    std::vector<std::byte> memory(it.memory.size());
    for (std::uint64_t y = 0; y < it.layout.extent.height; ++y) {
        for (std::uint64_t x = 0; x < stride; ++x) {
            // X tiles: 512 bytes of 8 rows.
            const std::uint64_t tile = y / 8 * (stride / 512) + x / 512;
            memory.at(y * stride + x) = it.memory.at(tile * 4096 + y % 8 * 512 + x % 512);
        }
    }
    const Diagnosis diagnosis = it.of(read_pixels(it.layout, memory));
    EXPECT_EQ(diagnosis.cause, Cause::tiling) << diagnosis.sentence;
    EXPECT_THAT(diagnosis.sentence,
                HasSubstr("read in tiles of 512 bytes and 8 rows, I915_X_TILED"));
}

TEST_P(Pictures, Colours) {
    const WrittenPicture it = written();
    const auto seen_by = [&](auto convert) {
        Picture seen = it.picture;
        for (Rgba8& pixel : seen.pixels()) {
            pixel = convert(pixel);
        }
        return it.of(seen);
    };
    const auto each = [](auto convert) {
        return [convert](Rgba8 pixel) {
            const auto byte = [&](std::uint8_t in) {
                return static_cast<std::uint8_t>(
                    std::lround(std::clamp<double>(convert(in), 0, 255)));
            };
            return Rgba8{byte(pixel.r), byte(pixel.g), byte(pixel.b), pixel.a};
        };
    };
    EXPECT_THAT(seen_by(each([](double in) { return 16 + in / 255 * 219; })).sentence,
                HasSubstr("limited range was read as full"));
    EXPECT_THAT(seen_by(each([](double in) { return (in - 16) / 219 * 255; })).sentence,
                HasSubstr("full range was read as limited"));
    EXPECT_THAT(seen_by(each([](double in) {
                    const double x = in / 255;
                    return 255 * (x < 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1 / 2.4) - 0.055);
                })).sentence,
                HasSubstr("encoded twice"));
}

TEST_P(Pictures, OtherMemory) {
    const WrittenPicture it = written();
    const Diagnosis zero = it.of(Picture(it.layout.extent, {.r = 0, .g = 0, .b = 0}));
    EXPECT_EQ(zero.cause, Cause::other_memory);
    EXPECT_THAT(zero.sentence, HasSubstr("zero"));
    const Diagnosis grey = it.of(Picture(it.layout.extent, {.r = 77, .g = 78, .b = 79}));
    EXPECT_EQ(grey.cause, Cause::other_memory);
    EXPECT_THAT(grey.sentence, HasSubstr("#4d4e4f"));
}

TEST_P(Pictures, CutOff) {
    WrittenPicture it = written();
    const std::size_t end = it.layout.size() / 2 / 4096 * 4096;
    std::vector<std::byte> memory = it.memory;
    std::fill(memory.begin() + static_cast<std::ptrdiff_t>(end), memory.end(), std::byte{0});
    const Diagnosis zero = it.of(read_pixels(it.layout, memory));
    EXPECT_EQ(zero.cause, Cause::size) << zero.sentence;
    EXPECT_THAT(zero.sentence,
                HasSubstr(text::format("byte {}, the end of a page, then zero", end)));
}

TEST_P(Pictures, CutOffBeforeOtherContent) {
    const auto [kind, extent, fourcc] = GetParam();
    const WrittenPicture it = written();
    std::vector<std::byte> other(it.memory.size());
    write_pixels(draw(PictureKind::noise, extent, 5), it.layout, other);
    const auto seen_from = [&](std::size_t end) {
        std::vector<std::byte> memory = it.memory;
        std::copy(other.begin() + static_cast<std::ptrdiff_t>(end), other.end(),
                  memory.begin() + static_cast<std::ptrdiff_t>(end));
        return it.of(read_pixels(it.layout, memory));
    };
    const std::size_t end = it.layout.size() / 2 / 4096 * 4096;
    EXPECT_THAT(seen_from(end).sentence, HasSubstr("the end of a page, then other content"));
    // Another picture with the same first rows.
    const std::size_t row = it.layout.planes[0].stride * (extent.height / 2);
    EXPECT_EQ(seen_from(row).cause, Cause::unknown) << seen_from(row).sentence;
}

TEST_P(Pictures, OldContent) {
    const auto [kind, extent, fourcc] = GetParam();
    const WrittenPicture it = written();
    std::vector<std::byte> memory(it.memory.size());
    write_pixels(draw(PictureKind::noise, extent, 77), it.layout, memory);
    const Picture before = read_pixels(it.layout, memory);
    EXPECT_THAT(it.of(before, &before).sentence, HasSubstr("nothing of the last write is seen"));
    for (const std::size_t block : {std::size_t{4096}, std::size_t{64}}) {
        std::vector<std::byte> mixed = it.memory;
        for (std::size_t at = block; at + block <= mixed.size(); at += 3 * block) {
            std::memcpy(mixed.data() + at, memory.data() + at, block);
        }
        const Diagnosis diagnosis = it.of(read_pixels(it.layout, mixed), &before);
        EXPECT_EQ(diagnosis.cause, Cause::old_content);
        EXPECT_THAT(diagnosis.sentence,
                    HasSubstr(block == 64 ? "in whole lines of 64 bytes" : "in whole pages"));
    }
}

TEST_P(Pictures, UnrelatedIsUnknown) {
    const auto [kind, extent, fourcc] = GetParam();
    const WrittenPicture it = written();
    for (const PictureKind other :
         {PictureKind::noise, PictureKind::ramps, PictureKind::window, PictureKind::photo}) {
        for (std::uint32_t seed = 40; seed < 44; ++seed) {
            if (other == PictureKind::window && kind == PictureKind::window) {
                continue; // the same desktop with another text
            }
            std::vector<std::byte> memory(it.memory.size());
            write_pixels(draw(other, extent, seed), it.layout, memory);
            const Diagnosis diagnosis = it.of(read_pixels(it.layout, memory));
            EXPECT_EQ(diagnosis.cause, Cause::unknown) << diagnosis.sentence;
        }
    }
}

TEST_P(Pictures, UnrelatedOfWhichThePartsAreAlikeIsUnknown) {
    const auto [kind, extent, fourcc] = GetParam();
    const WrittenPicture it = written();
    for (const auto& [top, left] : {std::pair{8U, 1000U}, std::pair{8U, 20U}, std::pair{3U, 20U}}) {
        Picture other =
            draw(kind == PictureKind::photo ? PictureKind::noise : PictureKind::photo, extent, 40);
        for (std::uint32_t y = 0; y < extent.height; ++y) {
            for (std::uint32_t x = 0; x < extent.width; ++x) {
                if (y < extent.height / top || x < extent.width / left) {
                    other.at(x, y) = it.picture.at(x, y);
                }
            }
        }
        std::vector<std::byte> memory(it.memory.size());
        write_pixels(other, it.layout, memory);
        const Diagnosis diagnosis = it.of(read_pixels(it.layout, memory));
        EXPECT_EQ(diagnosis.cause, Cause::unknown) << diagnosis.sentence;
    }
}

TEST_P(Pictures, SmallNoiseIsUnknown) {
    const WrittenPicture it = written();
    Picture seen = it.picture;
    std::minstd_rand random(5);
    for (Rgba8& pixel : seen.pixels()) {
        pixel.g = static_cast<std::uint8_t>(
            std::clamp<int>(pixel.g + static_cast<int>(random() % 5) - 2, 0, 255));
    }
    EXPECT_EQ(it.of(seen).cause, Cause::unknown) << it.of(seen).sentence;
}

std::string name_of_case(const testing::TestParamInfo<Pictures::ParamType>& instance) {
    constexpr std::array names{"Noise", "Ramps", "Window", "Photo"};
    const auto [kind, extent, fourcc] = instance.param;
    return text::format("{}{}x{}{}", names.at(static_cast<std::size_t>(kind)), extent.width,
                        extent.height, format_of(fourcc).name);
}

constexpr std::array kinds{PictureKind::noise, PictureKind::ramps, PictureKind::window,
                           PictureKind::photo};

INSTANTIATE_TEST_SUITE_P(Even, Pictures,
                         testing::Combine(testing::ValuesIn(kinds),
                                          testing::Values(Extent{160, 104}),
                                          testing::Values(DRM_FORMAT_XRGB8888, DRM_FORMAT_RGB565)),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(Odd, Pictures,
                         testing::Combine(testing::ValuesIn(kinds),
                                          testing::Values(Extent{131, 67}),
                                          testing::Values(DRM_FORMAT_ABGR8888)),
                         name_of_case);

TEST(Diagnosis, NamesTheFormatThatWasTaken) {
    const WrittenPicture it(PictureKind::noise, {.width = 64, .height = 64}, DRM_FORMAT_RGB565,
                            128);
    Picture seen(it.layout.extent);
    for (std::uint32_t y = 0; y < 64; ++y) {
        for (std::uint32_t x = 0; x < 64; ++x) {
            std::uint16_t word = 0;
            std::memcpy(&word, it.memory.data() + y * 128 + x * 2, 2);
            const auto five = [&](int shift) {
                return static_cast<std::uint8_t>(std::lround((word >> shift & 31) * 255 / 31.0));
            };
            seen.at(x, y) = {.r = five(10), .g = five(5), .b = five(0)};
        }
    }
    EXPECT_EQ(it.of(seen).sentence, "format: written as RGB565, and read as XRGB1555");
}

TEST(Diagnosis, NamesEveryFormatThatReadsTheSame) {
    const WrittenPicture it(PictureKind::photo, {.width = 64, .height = 64}, DRM_FORMAT_XRGB8888,
                            256);
    Picture seen = it.picture;
    for (Rgba8& pixel : seen.pixels()) {
        std::swap(pixel.r, pixel.b);
    }
    EXPECT_EQ(it.of(seen).sentence,
              "format: written as XRGB8888, and read as XBGR8888 or ABGR8888");
}

TEST(Diagnosis, RandomPairsOfPicturesAreUnknown) {
    constexpr std::array extents{Extent{64, 40}, Extent{47, 33}, Extent{128, 24}};
    std::minstd_rand random(7);
    const auto one_of = [&](const auto& all) { return all[random() % all.size()]; };
    for (int i = 0; i < 500; ++i) {
        const Extent extent = one_of(extents);
        const std::uint32_t fourcc = one_of(rgb_fourccs());
        const std::uint64_t padding = random() % 2 * 64;
        const std::uint64_t stride = extent.width * format_of(fourcc).bytes() + padding;
        const PictureKind kind = one_of(kinds);
        const PictureKind other = kind == PictureKind::window ? PictureKind::photo : one_of(kinds);
        const WrittenPicture it(kind, extent, fourcc, stride, random() % 2 * 4096);
        std::vector<std::byte> memory(it.memory.size());
        write_pixels(draw(other, extent, 40 + static_cast<std::uint32_t>(i % 100)), it.layout,
                     memory);
        const Diagnosis diagnosis = it.of(read_pixels(it.layout, memory));
        EXPECT_EQ(diagnosis.cause, Cause::unknown) << i << ": " << diagnosis.sentence;
    }
}

TEST(Diagnosis, ABufferOfManyMegabytes) {
    WrittenPicture it(PictureKind::photo, {.width = 2048, .height = 1100}, DRM_FORMAT_XRGB8888,
                      8192, 65536);
    EXPECT_THAT(it.of(it.read(8192, 4096 + 12)).sentence, HasSubstr("and read from byte 4108"));
}

/// The picture moved by whole rows; what nobody wrote is black.
Picture moved_down(const Picture& picture, int rows) {
    Picture seen(picture.extent(), {.r = 0, .g = 0, .b = 0});
    const auto height = static_cast<int>(picture.extent().height);
    for (int y = std::max(rows, 0); y < std::min(height, height + rows); ++y) {
        std::ranges::copy(picture.row(static_cast<std::uint32_t>(y - rows)),
                          seen.row(static_cast<std::uint32_t>(y)).begin());
    }
    return seen;
}

TEST(Diagnosis, NamesEveryMistakeThatExplainsTheSame) {
    const WrittenPicture it(PictureKind::photo, {.width = 64, .height = 64}, DRM_FORMAT_XRGB8888,
                            256, 4096);
    EXPECT_EQ(it.of(moved_down(it.picture, -3)).sentence,
              "offset: the picture was written from byte 4096 on, and read from byte 4864; or "
              "geometry: moved by 3 pixels up");
}

TEST(Diagnosis, NothingIsReadFromBeforeTheBuffer) {
    const WrittenPicture it(PictureKind::photo, {.width = 64, .height = 64}, DRM_FORMAT_XRGB8888,
                            256);
    EXPECT_EQ(it.of(moved_down(it.picture, 3)).sentence, "geometry: moved by 3 pixels down");
}

TEST(Diagnosis, TheBestOffsetIsNotTheFirstThatIsNotWrong) {
    // Black bars: where few pixels are predicted, all of them may be black by chance.
    Picture film = draw(PictureKind::photo, {.width = 64, .height = 48});
    for (const std::uint32_t y : {0U, 1U, 2U, 3U, 4U, 5U, 42U, 43U, 44U, 45U, 46U, 47U}) {
        std::ranges::fill(film.row(y), Rgba8{.r = 0, .g = 0, .b = 0});
    }
    WrittenPicture it(PictureKind::photo, film.extent(), DRM_FORMAT_XRGB8888, 1024);
    write_pixels(film, it.layout, it.memory);
    it.picture = film;
    EXPECT_THAT(it.of(it.read(1024, 4096)).sentence, HasSubstr("read from byte 4096"));
}

TEST(Diagnosis, TheEndOfAPageIsFoundInPadding) {
    const WrittenPicture it(PictureKind::photo, {.width = 64, .height = 48}, DRM_FORMAT_XRGB8888,
                            1024, 256);
    std::vector<std::byte> memory = it.memory;
    std::fill(memory.begin() + 20480, memory.end(), std::byte{0});
    EXPECT_THAT(it.of(read_pixels(it.layout, memory)).sentence,
                HasSubstr("right up to byte 20480, the end of a page, then zero"));
}

TEST(Diagnosis, OneColourOfOneColourIsUnknown) {
    constexpr Extent extent{.width = 64, .height = 48};
    const Picture red(extent, {.r = 200, .g = 10, .b = 20});
    const ImageLayout layout = packed_layout(extent, DRM_FORMAT_XRGB8888, 256);
    const auto of = [&](const Rgba8& colour) {
        return diagnose(red, layout, Picture(extent, colour)).value().cause;
    };
    EXPECT_EQ(of({.r = 20, .g = 10, .b = 200}), Cause::unknown);
    EXPECT_EQ(of({.r = 0, .g = 0, .b = 0}), Cause::other_memory);
}

TEST(Diagnosis, ColoursOfANarrowRangeAreUnknown) {
    Picture grey({.width = 64, .height = 48});
    Picture darker = grey;
    for (std::size_t i = 0; i < grey.pixels().size(); ++i) {
        const auto value = static_cast<std::uint8_t>(100 + i % 12);
        const auto seen = static_cast<std::uint8_t>(value + 3);
        grey.pixels()[i] = {.r = value, .g = value, .b = value};
        darker.pixels()[i] = {.r = seen, .g = seen, .b = seen};
    }
    const ImageLayout layout = packed_layout(grey.extent(), DRM_FORMAT_XRGB8888, 256);
    const Diagnosis diagnosis = diagnose(grey, layout, darker).value();
    EXPECT_EQ(diagnosis.cause, Cause::unknown) << diagnosis.sentence;
}

TEST(Diagnosis, SmallPicturesAreUnknown) {
    for (const std::uint32_t fourcc : rgb_fourccs()) {
        for (const Extent extent : {Extent{1, 1}, Extent{3, 2}, Extent{1, 9}, Extent{300, 1}}) {
            const std::uint64_t stride =
                std::uint64_t{extent.width} * format_of(fourcc).bytes() + 7;
            const WrittenPicture it(PictureKind::photo, extent, fourcc, stride, 3);
            const WrittenPicture other(PictureKind::noise, extent, fourcc, stride, 3);
            EXPECT_EQ(it.of(other.picture).cause, Cause::unknown) << it.of(other.picture).sentence;
        }
    }
}

TEST(Diagnosis, AlphaThatIsIgnored) {
    const WrittenPicture it(PictureKind::photo, {.width = 64, .height = 64}, DRM_FORMAT_ARGB8888,
                            256);
    Picture seen = it.picture;
    Picture multiplied = it.picture;
    for (Rgba8& pixel : seen.pixels()) {
        pixel.a = 255;
    }
    for (Rgba8& pixel : multiplied.pixels()) {
        const auto times = [a = pixel.a](int in) {
            return static_cast<std::uint8_t>((in * a + 127) / 255);
        };
        pixel = {.r = times(pixel.r), .g = times(pixel.g), .b = times(pixel.b), .a = pixel.a};
    }
    EXPECT_EQ(it.of(seen).sentence, "format: written as ARGB8888, and read as XRGB8888");
    EXPECT_EQ(it.of(multiplied).sentence, "colour: multiplied by alpha");
}

} // namespace
} // namespace parallax::demo
