// SPDX-License-Identifier: MIT
#include "parallax/image/half.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/vulkan/formats.hpp"

#include <drm_fourcc.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <tuple>
#include <vector>

namespace parallax {
namespace {

std::vector<int> packed(std::string_view name, Rgba8 pixel) {
    const Format* const format = find_format(name);
    std::vector<std::byte> bytes(format->bytes());
    pack(format->fourcc, {&pixel, 1}, bytes);
    std::vector<int> numbers;
    for (const std::byte byte : bytes) {
        numbers.push_back(std::to_integer<int>(byte));
    }
    return numbers;
}

std::uint32_t word_of(std::string_view name, Rgba8 pixel) {
    std::uint32_t result = 0;
    unsigned shift = 0;
    for (const int byte : packed(name, pixel)) {
        result |= static_cast<std::uint32_t>(byte) << shift;
        shift += 8;
    }
    return result;
}

constexpr Rgba8 sample{.r = 1, .g = 2, .b = 3, .a = 4};

// The bytes in memory, as drm_fourcc.h states them for little endian.
TEST(Pixels, Xrgb8888LiesAsBgrx) {
    EXPECT_EQ(packed("XRGB8888", sample), (std::vector{3, 2, 1, 255}));
}
TEST(Pixels, Argb8888LiesAsBgra) {
    EXPECT_EQ(packed("ARGB8888", sample), (std::vector{3, 2, 1, 4}));
}
TEST(Pixels, Xbgr8888LiesAsRgbx) {
    EXPECT_EQ(packed("XBGR8888", sample), (std::vector{1, 2, 3, 255}));
}
TEST(Pixels, Abgr8888LiesAsRgba) {
    EXPECT_EQ(packed("ABGR8888", sample), (std::vector{1, 2, 3, 4}));
}
TEST(Pixels, Rgb888LiesAsBgr) {
    EXPECT_EQ(packed("RGB888", sample), (std::vector{3, 2, 1}));
    EXPECT_EQ(packed("BGR888", sample), (std::vector{1, 2, 3}));
}
TEST(Pixels, TenBitsLieAsStated) { // black and white have no other samples that are as near
    constexpr Rgba8 red{.r = 255, .g = 0, .b = 0};
    const std::uint32_t xrgb = word_of("XRGB2101010", red);
    EXPECT_EQ(xrgb >> 30, 3U);
    EXPECT_GE(xrgb >> 20 & 0x3FF, 1022U);
    EXPECT_LE(xrgb & 0xFFFFF, 0x401U);
    const std::uint32_t abgr = word_of("ABGR2101010", {.r = 255, .g = 0, .b = 0, .a = 0});
    EXPECT_EQ(abgr >> 30, 0U);
    EXPECT_GE(abgr & 0x3FF, 1022U);
}
TEST(Pixels, HalfFloatsAreThoseOfIeee) {
    EXPECT_EQ(detail::half_of_2048ths(0), 0);
    EXPECT_EQ(detail::half_of_2048ths(1), 0x1000);    // 2^-11
    EXPECT_EQ(detail::half_of_2048ths(1024), 0x3800); // 0.5
    EXPECT_EQ(detail::half_of_2048ths(2047), 0x3BFF);
    EXPECT_EQ(detail::half_of_2048ths(2048), 0x3C00); // 1
    for (std::uint32_t n = 0; n <= 2048; ++n) {
        ASSERT_EQ(detail::value_of_half(detail::half_of_2048ths(n)), static_cast<float>(n) / 2048);
    }
    EXPECT_EQ(detail::byte_of_half(0x7E00), 0);   // NaN
    EXPECT_EQ(detail::byte_of_half(0xBC00), 0);   // -1
    EXPECT_EQ(detail::byte_of_half(0x7C00), 255); // infinity
    EXPECT_EQ(detail::byte_of_half(0x4000), 255); // 2
    EXPECT_EQ(detail::value_of_half(0x0001), std::ldexp(1.0F, -24));
}
TEST(Pixels, AllBitsOfDeepSamplesAreUsed) {
    for (const std::uint32_t fourcc : packed_fourccs()) {
        const Format& format = format_of(fourcc);
        if (format.depth() <= 8) {
            continue;
        }
        const ImageLayout layout = portable_layout({256, 1}, fourcc);
        std::vector<std::byte> memory(layout.size());
        Picture ramp({256, 1});
        for (std::uint32_t x = 0; x < 256; ++x) {
            const auto level = static_cast<std::uint8_t>(x);
            ramp.at(x, 0) = {.r = level, .g = level, .b = level, .a = level};
        }
        write_pixels(ramp, layout, memory);
        const std::array buffers{std::span<const std::byte>(memory)};
        const Samples samples = read_samples(layout, buffers);
        std::size_t beside = 0; // samples that are not merely scaled
        const std::size_t count = component_count(format.planes[0]);
        for (std::uint32_t x = 0; x < 256; ++x) {
            const double most = format.is_float ? 2048 : format.planes[0].components[0].most();
            const std::uint16_t red = samples.planes[0].at(x * count);
            const double value = format.is_float ? detail::value_of_half(red) * 2048 : red;
            beside += std::abs(value - x * most / 255) > 0.5 ? 1 : 0;
        }
        EXPECT_GT(beside, 64U) << format.name;
        const Picture seen = read_pixels(layout, memory); // and they are rounded to what was drawn
        for (std::uint32_t x = 0; x < 256; ++x) {
            ASSERT_EQ(seen.at(x, 0).r, x) << format.name;
        }
    }
}
TEST(Pixels, Rgb565HasRedInTheHighBits) {
    EXPECT_EQ(packed("RGB565", {.r = 255, .g = 0, .b = 0}), (std::vector{0x00, 0xf8}));
    EXPECT_EQ(packed("RGB565", {.r = 0, .g = 255, .b = 0}), (std::vector{0xe0, 0x07}));
    EXPECT_EQ(packed("RGB565", {.r = 0, .g = 0, .b = 255}), (std::vector{0x1f, 0x00}));
}

TEST(Pixels, Rgb565UnpacksAsUnormDoes) {
    for (unsigned int word = 0; word < 65536; ++word) {
        const std::array bytes{std::byte(word & 255), std::byte(word >> 8)};
        Rgba8 pixel;
        unpack(DRM_FORMAT_RGB565, bytes, {&pixel, 1});
        const auto unorm = [](unsigned int value, unsigned int most) {
            return static_cast<int>(std::lround(255.0 * value / most));
        };
        ASSERT_EQ(pixel.r, unorm(word >> 11, 31)) << word;
        ASSERT_EQ(pixel.g, unorm(word >> 5 & 63, 63)) << word;
        ASSERT_EQ(pixel.b, unorm(word & 31, 31)) << word;
    }
}

TEST(Pixels, PackingWhatWasUnpackedChangesNothing) {
    for (const std::uint32_t fourcc : packed_fourccs()) {
        std::vector<std::byte> bytes(format_of(fourcc).bytes() * 3);
        const std::array<Rgba8, 3> pixels{sample, {.r = 250, .g = 128, .b = 7, .a = 99}, {}};
        pack(fourcc, pixels, bytes);
        std::array<Rgba8, 3> seen;
        unpack(fourcc, bytes, seen);
        std::vector<std::byte> again(bytes.size());
        pack(fourcc, seen, again);
        EXPECT_EQ(again, bytes) << format_of(fourcc).name;
    }
}

TEST(Pixels, AFormatThatIsNotRgbIsRefused) {
    std::array<std::byte, 4> row{};
    for (const std::uint32_t fourcc : {DRM_FORMAT_NV12, DRM_FORMAT_YUYV, 0U}) {
        EXPECT_THROW(pack(fourcc, {&sample, 1}, row), std::invalid_argument);
    }
}

TEST(Format, IsFoundByNameInAnyCaseAndByFourcc) {
    EXPECT_EQ(find_format("xrgb8888"), find_format(std::uint32_t{DRM_FORMAT_XRGB8888}));
    EXPECT_EQ(find_format("RGB565")->fourcc, std::uint32_t{DRM_FORMAT_RGB565});
    EXPECT_EQ(find_format("NV42"), nullptr);
    EXPECT_EQ(find_format(0U), nullptr);
    EXPECT_THROW(static_cast<void>(format_of(0)), std::invalid_argument);
}

TEST(Format, HasThePlanesOfDrmFourcc) {
    for (const Format& format : formats()) {
        EXPECT_EQ(format_of(format.fourcc).name, format.name);
        for (std::size_t i = 0; i < format.plane_count; ++i) { // a plane is a format of its own
            EXPECT_EQ(format_of(format.planes.at(i).fourcc).bytes(), format.planes.at(i).bytes);
        }
    }
    const ImageLayout nv12{.extent = {5, 3},
                           .fourcc = DRM_FORMAT_NV12,
                           .planes = {{{.offset = 0, .stride = 8}, {.offset = 32, .stride = 8}}}};
    EXPECT_EQ(nv12.plane_extent(1), (Extent{3, 2}));
    EXPECT_EQ(nv12.row_bytes(1), 6U);
    EXPECT_EQ(nv12.size(), 32 + 8 + 6U);
    EXPECT_EQ(nv12.offset_of(4, 2, 1), 32 + 8 + 4U);
    EXPECT_EQ(nv12.plane_layout(1), packed_layout({3, 2}, DRM_FORMAT_GR88, 8, 32));
}

TEST(ImageLayout, PlanesInSeveralBuffersAreCountedApart) {
    const ImageLayout nv12{
        .extent = {4, 2},
        .fourcc = DRM_FORMAT_NV12,
        .planes = {{{.offset = 0, .stride = 8}, {.buffer = 1, .offset = 64, .stride = 8}}}};
    EXPECT_EQ(nv12.size(0), 8 + 4U);
    EXPECT_EQ(nv12.size(1), 64 + 4U);
    EXPECT_EQ(nv12.plane_layout(1), packed_layout({2, 1}, DRM_FORMAT_GR88, 8, 64));
    EXPECT_FALSE(nv12.in_one_buffer());
    EXPECT_TRUE(nv12.plane_layout(1).in_one_buffer());
}

// What a new row of the table may lack.
TEST(Format, HasACounterpartInVulkan) {
    for (const std::uint32_t fourcc : packed_fourccs()) {
        EXPECT_TRUE(has_vulkan_format(fourcc))
            << format_of(fourcc).name << " has no VkFormat in lib/parallax/image/format.cpp: "
            << "parallax probe says that it cannot be imported";
    }
    for (const Format& format : formats()) { // a plane is imported as an image of its own
        for (std::size_t i = 0; i < format.plane_count; ++i) {
            EXPECT_TRUE(has_vulkan_format(format.planes.at(i).fourcc)) << format.name;
        }
    }
    for (const Format& format : formats()) {
        EXPECT_EQ(multiplanar_format(format.fourcc) != VK_FORMAT_UNDEFINED, format.is_ycbcr)
            << format.name;
    }
    EXPECT_FALSE(has_vulkan_format(DRM_FORMAT_NV12));
    EXPECT_FALSE(has_vulkan_format(0));
    EXPECT_THROW(static_cast<void>(vulkan_format(DRM_FORMAT_NV12)), std::invalid_argument);
}

TEST(Format, ChannelsFillThePixelWithoutOverlap) {
    for (const std::uint32_t fourcc : rgb_fourccs()) {
        const Format& format = format_of(fourcc);
        std::vector<std::byte> bytes(format.bytes());
        for (const Rgba8& one : {Rgba8{255, 0, 0, 0}, Rgba8{0, 255, 0, 0}, Rgba8{0, 0, 255, 0}}) {
            pack(fourcc, {&one, 1}, bytes);
            Rgba8 seen;
            unpack(fourcc, bytes, {&seen, 1});
            EXPECT_EQ(std::tie(seen.r, seen.g, seen.b), std::tie(one.r, one.g, one.b))
                << format.name;
            EXPECT_EQ(seen.a, format.has_alpha ? 0 : 255) << format.name;
        }
    }
}

TEST(Format, NamesAreListedForMessages) {
    EXPECT_TRUE(rgb_format_names().starts_with("XRGB8888, "));
    EXPECT_TRUE(ycbcr_format_names().starts_with("YUYV, "));
    for (const Format& format : formats()) {
        EXPECT_EQ(ycbcr_format_names().contains(format.name), format.is_ycbcr) << format.name;
    }
}

} // namespace
} // namespace parallax
