// SPDX-License-Identifier: MIT
// Every format of the table at its own depth: memory, samples, pictures, and what is refused.
#include "parallax/image/pixels.hpp"
#include "parallax/image/ycbcr.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

namespace parallax {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Memory of a layout, as many buffers as it has.
struct Memory {
    explicit Memory(const ImageLayout& of) : layout(of) {
        for (std::uint32_t i = 0; i < layout.buffer_count(); ++i) {
            buffers.emplace_back(layout.size(i), std::byte{0xA5});
        }
    }
    [[nodiscard]] std::vector<std::span<std::byte>> writable() {
        return {buffers.begin(), buffers.end()};
    }
    [[nodiscard]] std::vector<std::span<const std::byte>> bytes() const {
        return {buffers.begin(), buffers.end()};
    }
    [[nodiscard]] std::vector<std::uint64_t> sizes() const {
        std::vector<std::uint64_t> result;
        std::ranges::transform(buffers, std::back_inserter(result), &std::vector<std::byte>::size);
        return result;
    }

    ImageLayout layout;
    std::vector<std::vector<std::byte>> buffers;
};

constexpr Extent sampled_extent{.width = 12, .height = 6};

class EveryFormat : public testing::TestWithParam<std::tuple<Format, PlanePlacement>> {
protected:
    Memory memory_{
        portable_layout(sampled_extent, std::get<0>(GetParam()).fourcc, std::get<1>(GetParam()))};
};

TEST_P(EveryFormat, SamplesSurviveTheWayThroughMemory) {
    ASSERT_EQ(fault_of(memory_.layout, memory_.sizes()), "");
    write_pixels(test_pattern(sampled_extent, 1), memory_.layout, memory_.writable());
    const Samples samples = read_samples(memory_.layout, memory_.bytes());
    Memory again(memory_.layout);
    write_samples(samples, again.layout, again.writable());
    EXPECT_EQ(again.buffers, memory_.buffers); // padding is left alone in both
    EXPECT_EQ(read_samples(again.layout, again.bytes()), samples);
    EXPECT_EQ(picture_of(samples, memory_.layout.colour()),
              read_pixels(memory_.layout, memory_.bytes()));
}

TEST_P(EveryFormat, EverySampleThatDiffersIsCounted) {
    write_pixels(test_pattern(sampled_extent, 1), memory_.layout, memory_.writable());
    const Samples samples = read_samples(memory_.layout, memory_.bytes());
    EXPECT_TRUE(compare(samples, samples).equal());
    const Format& format = memory_.layout.format();
    for (std::size_t i = 0; i < format.plane_count; ++i) {
        Samples other = samples;
        std::uint16_t& last = other.planes.at(i).back();
        last = static_cast<std::uint16_t>(last ^ 1U);
        const Comparison result = compare(samples, other);
        EXPECT_EQ(result.different, format.planes.at(i).width * format.planes.at(i).height);
        EXPECT_EQ(result.largest, 1U);
        EXPECT_EQ(result.depth, format.depth());
        ASSERT_TRUE(result.first);
        EXPECT_EQ(result.first->plane, i);
        EXPECT_EQ(result.first->x, sampled_extent.width - format.planes.at(i).width);
        EXPECT_EQ(result.first->y, sampled_extent.height - format.planes.at(i).height);
    }
}

TEST_P(EveryFormat, NegativeOfNegativeIsTheSame) {
    write_pixels(test_pattern(sampled_extent, 1), memory_.layout, memory_.writable());
    const Samples samples = read_samples(memory_.layout, memory_.bytes());
    EXPECT_NE(negative(samples), samples);
    EXPECT_EQ(negative(negative(samples)), samples);
}

TEST_P(EveryFormat, BufferThatIsTooSmallIsRefusedWithItsNumbers) {
    for (std::size_t i = 0; i < memory_.layout.format().plane_count; ++i) {
        std::vector<std::uint64_t> sizes = memory_.sizes();
        sizes[memory_.layout.planes.at(i).buffer] = memory_.layout.end_of(i) - 1;
        EXPECT_THAT(
            fault_of(memory_.layout, sizes),
            HasSubstr(text::format("needs {} bytes; the buffer holds {}", memory_.layout.end_of(i),
                                   memory_.layout.end_of(i) - 1)));
    }
}

TEST_P(EveryFormat, StrideBelowTheRowIsRefusedWithItsNumbers) {
    for (std::size_t i = 0; i < memory_.layout.format().plane_count; ++i) {
        ImageLayout layout = memory_.layout;
        layout.planes.at(i).stride = layout.row_bytes(i) - 1;
        EXPECT_THAT(fault_of(layout, memory_.sizes()),
                    HasSubstr(text::format("a stride of {} bytes is shorter than a row of 12 {} "
                                           "pixels, which takes {}",
                                           layout.row_bytes(i) - 1, layout.format().name,
                                           layout.row_bytes(i))));
    }
}

INSTANTIATE_TEST_SUITE_P(
    , EveryFormat,
    testing::Combine(testing::ValuesIn(formats().begin(), formats().end()),
                     testing::Values(PlanePlacement::one_buffer, PlanePlacement::buffer_each)),
    [](const auto& instance) {
        return text::format("{}{}", std::get<0>(instance.param).name,
                            std::get<1>(instance.param) == PlanePlacement::one_buffer ? ""
                                                                                      : "_each");
    });

class EveryYcbcr : public testing::TestWithParam<Format> {};

// By the definitions of the standards, in floating point.
TEST_P(EveryYcbcr, GreyAndRedHaveTheSamplesOfTheStandards) {
    const std::uint32_t depth = GetParam().depth();
    const double unit = std::ldexp(1.0, static_cast<int>(depth) - 8);
    const double most = std::ldexp(1.0, static_cast<int>(depth)) - 1;
    ImageLayout layout = portable_layout(sampled_extent, GetParam().fourcc);
    const auto samples_of = [&](Rgba8 colour) {
        const Samples samples = to_ycbcr(Picture(sampled_extent, colour), layout);
        const auto at = [&](SamplePlace place) {
            return samples.planes.at(place.plane).at(place.component);
        };
        return std::array{at(GetParam().places.luma), at(GetParam().places.cb),
                          at(GetParam().places.cr)};
    };
    const auto near = [](double value) { return static_cast<std::uint16_t>(std::lround(value)); };
    EXPECT_THAT(samples_of({.r = 0, .g = 0, .b = 0}),
                ElementsAre(near(16 * unit), near(128 * unit), near(128 * unit)));
    EXPECT_THAT(samples_of({.r = 255, .g = 255, .b = 255}),
                ElementsAre(near(235 * unit), near(128 * unit), near(128 * unit)));
    layout.encoding = YcbcrEncoding::bt709;
    EXPECT_EQ(samples_of({.r = 255, .g = 0, .b = 0})[2], near(240 * unit));
    EXPECT_EQ(samples_of({.r = 255, .g = 0, .b = 0})[0], near((16 + 219 * 0.2126) * unit));
    layout.range = YcbcrRange::full;
    EXPECT_EQ(samples_of({.r = 255, .g = 255, .b = 255})[0], near(most));
    EXPECT_EQ(samples_of({.r = 0, .g = 0, .b = 255})[0], near(most * 0.0722));
}

TEST_P(EveryYcbcr, APictureOfPlainBlocksComesBackNearlyAsItWas) {
    Picture blocks(sampled_extent);
    for (std::uint32_t y = 0; y < sampled_extent.height; ++y) {
        for (std::uint32_t x = 0; x < sampled_extent.width; ++x) {
            blocks.at(x, y) = test_pattern({6, 3}, 1).at(x / 2, y / 2);
            blocks.at(x, y).a = 255;
        }
    }
    for (const char* const text : {"601-limited", "709-full-center", "2020-limited-topleft"}) {
        const ImageLayout layout =
            portable_layout(sampled_extent, GetParam().fourcc).with(parse_colour(text).value());
        const Picture seen = picture_of(to_ycbcr(blocks, layout), layout.colour());
        // Half a step of luma and of chroma with the largest factor, at 8 bits.
        EXPECT_LE(compare(blocks, seen).largest, GetParam().depth() == 8 ? 3U : 1U) << text;
        const ImageLayout other = layout.with({.encoding = YcbcrEncoding::bt709});
        if (layout.encoding != YcbcrEncoding::bt709) {
            EXPECT_GT(compare(blocks, picture_of(to_ycbcr(blocks, layout), other.colour())).largest,
                      4U);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(, EveryYcbcr, testing::ValuesIn([] {
                             std::vector<Format> ycbcr;
                             std::ranges::copy_if(formats(), std::back_inserter(ycbcr),
                                                  &Format::is_ycbcr);
                             return ycbcr;
                         }()),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(Samples, LieAsDrmFourccStatesThem) {
    const auto bytes_of = [](std::uint32_t fourcc, std::vector<std::vector<std::uint16_t>> planes) {
        const ImageLayout layout = portable_layout({2, 2}, fourcc);
        Samples samples{.fourcc = fourcc, .extent = {2, 2}};
        std::ranges::copy(planes, samples.planes.begin());
        Memory memory(layout);
        write_samples(samples, layout, memory.writable());
        std::vector<int> found; // the first row of each plane
        for (std::size_t i = 0; i < planes.size(); ++i) {
            for (std::uint64_t at = 0; at < layout.row_bytes(i); ++at) {
                found.push_back(
                    std::to_integer<int>(memory.buffers[0][layout.planes.at(i).offset + at]));
            }
        }
        return found;
    };
    EXPECT_THAT(bytes_of(DRM_FORMAT_NV12, {{1, 2, 3, 4}, {5, 6}}), ElementsAre(1, 2, 5, 6));
    EXPECT_THAT(bytes_of(DRM_FORMAT_YUV420, {{1, 2, 3, 4}, {5}, {6}}), ElementsAre(1, 2, 5, 6));
    // The upper 10 and 12 bits of 16.
    EXPECT_THAT(bytes_of(DRM_FORMAT_P010, {{1, 1023, 0, 0}, {512, 2}}),
                ElementsAre(0x40, 0, 0xC0, 0xFF, 0, 0x80, 0x80, 0));
    EXPECT_THAT(bytes_of(DRM_FORMAT_P012, {{1, 4095, 0, 0}, {2048, 2}}),
                ElementsAre(0x10, 0, 0xF0, 0xFF, 0, 0x80, 0x20, 0));
}

TEST(Samples, ChromaHasItsPlaceByFormat) {
    const Picture red({2, 2}, {.r = 255, .g = 0, .b = 0});
    const auto samples_of = [&](std::uint32_t fourcc) {
        return to_ycbcr(red, portable_layout({2, 2}, fourcc)).planes;
    };
    EXPECT_THAT(samples_of(DRM_FORMAT_NV12)[1], ElementsAre(90, 240)); // Cb, Cr
    EXPECT_THAT(samples_of(DRM_FORMAT_NV21)[1], ElementsAre(240, 90));
    EXPECT_THAT(samples_of(DRM_FORMAT_YUV420)[2], ElementsAre(240));
    EXPECT_THAT(samples_of(DRM_FORMAT_YUYV)[0], ElementsAre(81, 90, 81, 240, 81, 90, 81, 240));
    EXPECT_THAT(samples_of(DRM_FORMAT_UYVY)[0], ElementsAre(90, 81, 240, 81, 90, 81, 240, 81));
}

TEST(Samples, SitingChoosesThePixelsOfAChromaSample) {
    Picture picture({2, 2}, {.r = 0, .g = 0, .b = 0});
    picture.at(0, 0) = {.r = 255, .g = 0, .b = 0}; // the upper left pixel alone is red
    const auto cr_of = [&](const char* colour) {
        const ImageLayout layout =
            portable_layout({2, 2}, DRM_FORMAT_NV12).with(parse_colour(colour).value());
        return to_ycbcr(picture, layout).planes[1][1];
    };
    EXPECT_EQ(cr_of("topleft"), 240);
    EXPECT_EQ(cr_of("left"), 128 + 112 / 2);
    EXPECT_EQ(cr_of("center"), 128 + 112 / 4);
}

TEST(Samples, HalfFloatsAreApartByTheirNumber) {
    const auto of = [](std::uint16_t half) {
        Samples samples{.fourcc = DRM_FORMAT_ABGR16161616F, .extent = {1, 1}};
        samples.planes[0] = {half, 0, 0, 0};
        return samples;
    };
    EXPECT_EQ(compare(of(0x3C00), of(0x3BFF)).largest, 1U);
    EXPECT_EQ(compare(of(0x8000), of(0x0000)).largest, 0U); // both are zero
    EXPECT_EQ(compare(of(0x8001), of(0x0001)).largest, 2U);
}

TEST(SampledPicture, FewerBitsThanThePictureAreComparedAsBefore) {
    const SampledPicture rgb{.picture = Picture({2, 1})};
    EXPECT_TRUE(compare(rgb, rgb).equal());
    EXPECT_FALSE(has_samples(format_of(DRM_FORMAT_RGB565)));
    EXPECT_TRUE(has_samples(format_of(DRM_FORMAT_XRGB2101010)));
    EXPECT_TRUE(has_samples(format_of(DRM_FORMAT_NV12)));
}

TEST(SampledPicture, EqualSamplesWithAnotherPictureDiffer) {
    Samples samples{.fourcc = DRM_FORMAT_YUYV, .extent = {2, 1}};
    samples.planes[0] = {16, 128, 16, 128};
    const SampledPicture black{.picture = Picture({2, 1}), .samples = samples};
    const SampledPicture white{.picture = Picture({2, 1}, {255, 255, 255}), .samples = samples};
    EXPECT_EQ(compare(black, white).different, 2U);
}

TEST(Layout, PlanesThatOverlapAreRefusedWithTheirBytes) {
    ImageLayout nv12 = portable_layout({64, 32}, DRM_FORMAT_NV12);
    const std::array sizes{std::uint64_t{1} << 20};
    EXPECT_EQ(fault_of(nv12, sizes), "");
    nv12.planes[1].offset = 7936; // in the last row of luma
    EXPECT_EQ(fault_of(nv12, sizes),
              "planes 0 and 1 overlap in buffer 0: bytes 0 to 8000 and 7936 to 11840");
    nv12.planes[1].offset = 64; // in the padding of the rows of luma, one beside the other
    EXPECT_EQ(fault_of(nv12, sizes), "");
    nv12.planes[1].offset = 224; // over its end
    EXPECT_THAT(fault_of(nv12, sizes), HasSubstr("overlap"));
}

TEST(Layout, OddSidesAreRefusedWhereChromaIsSubsampled) {
    const std::array<std::uint64_t, 1> large{UINT64_MAX};
    EXPECT_EQ(fault_of(portable_layout({5, 4}, DRM_FORMAT_NV12), large),
              "a 5x4 NV12 picture cannot be: 2x2 pixels share their chroma, and the sides must be "
              "multiples of these");
    EXPECT_THAT(fault_of(portable_layout({4, 3}, DRM_FORMAT_YUV420), large), HasSubstr("2x2"));
    EXPECT_THAT(fault_of(portable_layout({5, 4}, DRM_FORMAT_NV16), large), HasSubstr("2x1"));
    EXPECT_EQ(fault_of(portable_layout({4, 3}, DRM_FORMAT_NV16), large), "");
    EXPECT_EQ(fault_of(portable_layout({5, 3}, DRM_FORMAT_YUV444), large), "");
}

TEST(Colour, IsReadAndWrittenByItsParts) {
    EXPECT_EQ(colour_text({}), "601-limited-left");
    EXPECT_EQ(parse_colour("709-limited"),
              (YcbcrColour{YcbcrEncoding::bt709, YcbcrRange::limited, ChromaSiting::left}));
    EXPECT_EQ(parse_colour("topleft-2020-full"),
              (YcbcrColour{YcbcrEncoding::bt2020, YcbcrRange::full, ChromaSiting::top_left}));
    for (const char* const wrong : {"", "-", "709-", "710", "709 limited", "bt709"}) {
        EXPECT_EQ(parse_colour(wrong), std::nullopt) << wrong;
    }
}

// docs/formats.md has these numbers.
TEST(Colour, TheSamplersBoundShrinksWithTheDepth) {
    EXPECT_EQ(sampler_bound(portable_layout({2, 2}, DRM_FORMAT_NV12)), 4U);
    EXPECT_EQ(sampler_bound(portable_layout({2, 2}, DRM_FORMAT_P010)), 2U);
    EXPECT_EQ(sampler_bound(portable_layout({2, 2}, DRM_FORMAT_P016)), 2U);
}

} // namespace
} // namespace parallax
