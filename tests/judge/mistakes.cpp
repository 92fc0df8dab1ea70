// SPDX-License-Identifier: MIT
#include "judge/mistakes.hpp"

#include "diagnosis/sampling.hpp"
#include "pattern/orientation.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/image/ycbcr.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <vector>

namespace parallax::test {
namespace {

using demo::draw_pattern;
using demo::Pattern;
using Memory = std::span<std::byte>;

void draw(const Pattern& pattern, Memory memory) {
    write_pixels(draw_pattern(pattern), pattern.layout, memory);
}

/// Draws the pattern with its pixels changed.
template <typename Change>
void draw_changed(const Pattern& pattern, Memory memory, Change change) {
    Picture picture = draw_pattern(pattern);
    std::ranges::transform(picture.pixels(), picture.pixels().begin(), change);
    write_pixels(picture, pattern.layout, memory);
}

/// The same with red, green and blue changed alike.
template <typename Change>
void draw_each(const Pattern& pattern, Memory memory, Change change) {
    const auto byte = [&change](double value) {
        return static_cast<std::uint8_t>(std::lround(std::clamp<double>(change(value), 0, 255)));
    };
    draw_changed(pattern, memory, [&](const Rgba8& pixel) {
        return Rgba8{.r = byte(pixel.r), .g = byte(pixel.g), .b = byte(pixel.b), .a = pixel.a};
    });
}

/// Draws in another format of the same layout.
template <std::uint32_t fourcc>
void draw_as(const Pattern& pattern, Memory memory, ImageLayout&) {
    Pattern other = pattern;
    other.layout.fourcc = fourcc;
    draw(other, memory);
}

template <std::size_t orientation>
void draw_turned(const Pattern& pattern, Memory memory, ImageLayout&) {
    write_pixels(made_upright(draw_pattern(pattern), demo::orientations.at(orientation)),
                 pattern.layout, memory);
}

/// Colours that went through YCbCr and were read by another matrix.
template <YcbcrEncoding to, YcbcrEncoding from>
void draw_through(const Pattern& pattern, Memory memory, ImageLayout&) {
    ImageLayout samples = portable_layout(pattern.layout.extent, DRM_FORMAT_YUV444);
    samples.encoding = to;
    samples.range = YcbcrRange::full;
    std::vector<std::byte> between(samples.size());
    write_pixels(draw_pattern(pattern), samples, between);
    samples.encoding = from;
    write_pixels(read_pixels(samples, between), pattern.layout, memory);
}

/// Draws in tiles of 512 bytes and 8 rows.
void draw_tiled(const Pattern& pattern, Memory memory, ImageLayout&) {
    ImageLayout rows = pattern.layout;
    rows.planes[0].offset = 0;
    std::vector<std::byte> linear(rows.planes[0].stride * rows.extent.height);
    write_pixels(draw_pattern(pattern), rows, linear);
    constexpr std::size_t width = 512;
    constexpr std::size_t height = 8;
    const std::size_t stride = rows.planes[0].stride;
    const Memory tiles = memory.subspan(pattern.layout.planes[0].offset);
    for (std::size_t y = 0; y < rows.extent.height; ++y) {
        for (std::size_t x = 0; x < stride; ++x) {
            const std::size_t tile = y / height * (stride / width) + x / width;
            tiles[tile * width * height + y % height * width + x % width] = linear[y * stride + x];
        }
    }
}

/// Enlarges the part at the top left to the whole.
template <Rgba8 (*sample)(const Picture&, double, double)>
void draw_enlarged(const Pattern& pattern, Memory memory, ImageLayout&) {
    constexpr double factor = 2;
    const Picture small = draw_pattern(pattern);
    Picture large(small.extent());
    for (std::uint32_t y = 0; y < large.extent().height; ++y) {
        for (std::uint32_t x = 0; x < large.extent().width; ++x) {
            large.at(x, y) = sample(small, (x + 0.5) / factor, (y + 0.5) / factor);
        }
    }
    write_pixels(large, pattern.layout, memory);
}

Pattern translucent(const Pattern& pattern) {
    Pattern other = pattern;
    other.layout.fourcc = DRM_FORMAT_ARGB8888;
    other.translucent = true;
    return other;
}

/// The end of a page in the middle of the picture.
std::size_t middle_page(const ImageLayout& layout) {
    constexpr std::size_t page = 4096;
    return (layout.planes[0].offset + layout.size()) / 2 / page * page;
}

constexpr std::array any_screen{
    Mistake{
        .name = "none",
        .make = [](const Pattern& pattern, Memory memory, ImageLayout&) { draw(pattern, memory); },
        .words = "same picture"},
    Mistake{.name = "a shorter stride",
            .make =
                [](const Pattern& pattern, Memory memory, ImageLayout& shown) {
                    draw(pattern, memory);
                    shown.planes[0].stride -= 256;
                },
            .words = "stride: the rows were written {0} bytes apart, and read {1} bytes apart"},
    Mistake{.name = "a longer stride",
            .make =
                [](const Pattern& pattern, Memory memory, ImageLayout& shown) {
                    draw(pattern, memory);
                    shown.planes[0].stride += 256;
                },
            .words = "stride: the rows were written {0} bytes apart, and read {1} bytes apart",
            .has_codes = false},
    Mistake{.name = "an offset",
            .make =
                [](const Pattern& pattern, Memory memory, ImageLayout& shown) {
                    draw(pattern, memory);
                    shown.planes[0].offset -= 4096 - 256;
                },
            .words = "offset: the picture was written from byte {2} on, and read from byte {3}"},
    Mistake{.name = "red and blue exchanged",
            .make = draw_as<DRM_FORMAT_XBGR8888>,
            .words = "format: written as XBGR8888, and read as XRGB8888"},
    Mistake{.name = "ten bits",
            .make = draw_as<DRM_FORMAT_XRGB2101010>,
            .words = "format: written as XRGB2101010, and read as XRGB8888",
            .has_codes = false},
    Mistake{.name = "memory of 16 bits a pixel",
            .make = draw_as<DRM_FORMAT_RGB565>,
            .words = "unknown",
            .has_codes = false},
    Mistake{.name = "memory of luma and chroma",
            .make = draw_as<DRM_FORMAT_YUYV>,
            .words = "unknown",
            .has_codes = false},
    Mistake{.name = "tiles",
            .make = draw_tiled,
            .words = "tiling: written in tiles of 512 bytes and 8 rows"},
    Mistake{.name = "a decoy",
            .make = [](const Pattern&, Memory, ImageLayout&) {},
            .words = "other memory: all of it is zero",
            .has_codes = false},
    Mistake{.name = "another picture",
            .make =
                [](const Pattern& pattern, Memory memory, ImageLayout&) {
                    write_pixels(test_pattern(pattern.layout.extent, 3), pattern.layout, memory);
                },
            .words = "no pattern was found"},
    Mistake{.name = "an older frame",
            .make =
                [](const Pattern& pattern, Memory memory, ImageLayout&) {
                    Pattern older = pattern;
                    --older.frame;
                    draw(older, memory);
                },
            .words = "nothing of the last write is seen"},
    Mistake{.name = "pages of an older frame",
            .make =
                [](const Pattern& pattern, Memory memory, ImageLayout&) {
                    Pattern older = pattern;
                    --older.frame;
                    std::vector<std::byte> before(memory.size());
                    draw(older, before);
                    draw(pattern, memory);
                    const auto end = static_cast<std::ptrdiff_t>(middle_page(pattern.layout));
                    std::copy(before.begin() + end, before.end(), memory.begin() + end);
                },
            .words = "old content in whole pages"},
    Mistake{.name = "zero from a page on",
            .make =
                [](const Pattern& pattern, Memory memory, ImageLayout&) {
                    draw(pattern, memory);
                    std::ranges::fill(memory.subspan(middle_page(pattern.layout)), std::byte{0});
                },
            .words = "size: right up to byte {4}, the end of a page, then zero"},
    Mistake{.name = "limited range",
            .make =
                [](const Pattern& pattern, Memory memory, ImageLayout&) {
                    draw_each(pattern, memory, [](double in) { return 16 + in * 219 / 255; });
                },
            .words = "colour: limited range was read as full range"},
    Mistake{.name = "full range",
            .make =
                [](const Pattern& pattern, Memory memory, ImageLayout&) {
                    draw_each(pattern, memory, [](double in) { return (in - 16) * 255 / 219; });
                },
            .words = "colour: full range was read as limited range"},
    Mistake{.name = "BT.601 as BT.709",
            .make = draw_through<YcbcrEncoding::bt601, YcbcrEncoding::bt709>,
            .words = "colour: YCbCr by BT.601 was read as BT.709"},
    Mistake{.name = "BT.709 as BT.601",
            .make = draw_through<YcbcrEncoding::bt709, YcbcrEncoding::bt601>,
            .words = "colour: YCbCr by BT.709 was read as BT.601"},
    Mistake{.name = "alpha ignored",
            .make = [](const Pattern& pattern, Memory memory,
                       ImageLayout&) { draw(translucent(pattern), memory); },
            .words = "format: written as ARGB8888, and read as XRGB8888"},
    Mistake{.name = "multiplied by alpha",
            .make =
                [](const Pattern& pattern, Memory memory, ImageLayout&) {
                    draw_changed(translucent(pattern), memory, [](const Rgba8& in) {
                        const auto times = [&in](int value) {
                            return static_cast<std::uint8_t>((value * in.a + 127) / 255);
                        };
                        return Rgba8{.r = times(in.r), .g = times(in.g), .b = times(in.b)};
                    });
                },
            .words = "colour: multiplied by alpha, and shown on black"},
    Mistake{.name = "upside down", .make = draw_turned<1>, .words = "geometry: upside down"},
    Mistake{.name = "mirrored", .make = draw_turned<2>, .words = "geometry: mirrored"},
    Mistake{.name = "rotated", .make = draw_turned<3>, .words = "geometry: rotated by 180 degrees"},
    Mistake{.name = "enlarged without a filter",
            .make = draw_enlarged<demo::sample_nearest>,
            .words = "geometry: (2 times as large, from the top left|cropped)"},
    Mistake{.name = "enlarged with a filter",
            .make = draw_enlarged<demo::sample_linear>,
            .words = "geometry: (2 times as large,|scaled by 2) with a linear filter"},
};

} // namespace

std::span<const Mistake> mistakes_on_any_screen() {
    return any_screen;
}

std::string Mistake::said(const ImageLayout& written, const ImageLayout& shown) const {
    const std::size_t page = middle_page(written);
    return std::vformat(
        words, std::make_format_args(written.planes[0].stride, shown.planes[0].stride,
                                     written.planes[0].offset, shown.planes[0].offset, page));
}

} // namespace parallax::test
