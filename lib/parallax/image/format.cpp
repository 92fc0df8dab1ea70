// SPDX-License-Identifier: MIT
#include "parallax/image/format.hpp"

#include "parallax/image/format_table.hpp"
#include "parallax/image/packed.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <vulkan/vulkan_core.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace parallax {
namespace {

using detail::Channels;
using detail::FormatRow;

/// A format of one plane and one pixel in a texel, of red, green, blue and alpha or some of these.
template <std::uint32_t bytes, Channels channels>
constexpr FormatRow packed(std::string_view name, std::uint32_t fourcc, VkFormat vulkan,
                           bool red_is_blue = false) {
    using Pixels = detail::Packed<bytes, channels>;
    return {
        .format = {.name = name,
                   .fourcc = fourcc,
                   .has_alpha = channels.a.bits > 0,
                   .is_float = channels.is_float,
                   .planes = {{{.fourcc = fourcc, .bytes = bytes, .components = channels.all()}}}},
        .vulkan = static_cast<std::uint32_t>(vulkan),
        .red_is_blue = red_is_blue,
        .pack = Pixels::pack,
        .unpack = Pixels::unpack};
}

/// The bits of a sample of luma or chroma: all, or the upper ones of 16.
constexpr Component upper(std::uint32_t bits) {
    return {.lowest = bits == 8 ? 0 : 16 - bits, .bits = bits};
}

/// A plane with one sample in a texel, in 8 bits or the upper @p bits of 16.
constexpr FormatPlane one(std::uint32_t bits, std::uint32_t width = 1, std::uint32_t height = 1) {
    return {.fourcc = bits == 8 ? DRM_FORMAT_R8 : DRM_FORMAT_R16,
            .bytes = bits == 8 ? 1U : 2U,
            .width = width,
            .height = height,
            .components = {{upper(bits)}}};
}

/// A plane with two samples in a texel.
constexpr FormatPlane two(std::uint32_t bits, std::uint32_t width, std::uint32_t height) {
    const std::uint32_t next = bits == 8 ? 8 : 16;
    return {.fourcc = bits == 8 ? DRM_FORMAT_GR88 : DRM_FORMAT_GR1616,
            .bytes = bits == 8 ? 2U : 4U,
            .width = width,
            .height = height,
            .components = {{upper(bits), {.lowest = upper(bits).lowest + next, .bits = bits}}}};
}

constexpr SamplePlace first_sample{.plane = 0, .component = 0};

/// A plane of luma, and one with both samples of chroma for each block of that many pixels.
constexpr FormatRow two_planes(std::string_view name, std::uint32_t fourcc, VkFormat multiplanar,
                               std::uint32_t bits, std::uint32_t height, bool red_first = false) {
    return {.format = {.name = name,
                       .fourcc = fourcc,
                       .is_ycbcr = true,
                       .plane_count = 2,
                       .planes = {{one(bits), two(bits, 2, height)}},
                       .places = {.luma = first_sample,
                                  .odd_luma = first_sample,
                                  .cb = {.plane = 1, .component = red_first ? 1U : 0U},
                                  .cr = {.plane = 1, .component = red_first ? 0U : 1U}}},
            .multiplanar = static_cast<std::uint32_t>(multiplanar),
            .red_is_blue = red_first};
}

/// A plane of luma, one of blue chroma and one of red, with a sample for each square of that many
/// pixels.
constexpr FormatRow three_planes(std::string_view name, std::uint32_t fourcc, VkFormat multiplanar,
                                 std::uint32_t side) {
    return {.format = {.name = name,
                       .fourcc = fourcc,
                       .is_ycbcr = true,
                       .plane_count = 3,
                       .planes = {{one(8), one(8, side, side), one(8, side, side)}},
                       .places = {.luma = first_sample,
                                  .odd_luma = first_sample,
                                  .cb = {1, 0},
                                  .cr = {2, 0}}},
            .multiplanar = static_cast<std::uint32_t>(multiplanar)};
}

/// One plane, of which a texel is two pixels: the bytes of it in which these samples are.
constexpr FormatRow two_pixels(std::string_view name, std::uint32_t fourcc, VkFormat multiplanar,
                               std::array<std::uint32_t, 4> y_y_cb_cr) {
    return {.format = {.name = name,
                       .fourcc = fourcc,
                       .is_ycbcr = true,
                       .planes = {{{.fourcc = DRM_FORMAT_ABGR8888,
                                    .bytes = 4,
                                    .width = 2,
                                    .components = {{{0, 8}, {8, 8}, {16, 8}, {24, 8}}}}}},
                       .places = {.luma = {0, y_y_cb_cr[0]},
                                  .odd_luma = {0, y_y_cb_cr[1]},
                                  .cb = {0, y_y_cb_cr[2]},
                                  .cr = {0, y_y_cb_cr[3]}}},
            .multiplanar = static_cast<std::uint32_t>(multiplanar)};
}

constexpr bool half_floats = true;

// A format is one row. Of red, green and blue: the bytes of a pixel, for each channel its lowest
// bit and its number of bits, the names. Of luma and chroma: its planes, each of which is a format
// of its own.
constexpr std::array table{
    packed<4, Channels{.r = {16, 8}, .g = {8, 8}, .b = {0, 8}}>("XRGB8888", DRM_FORMAT_XRGB8888,
                                                                VK_FORMAT_B8G8R8A8_UNORM),
    packed<4, Channels{.r = {16, 8}, .g = {8, 8}, .b = {0, 8}, .a = {24, 8}}>(
        "ARGB8888", DRM_FORMAT_ARGB8888, VK_FORMAT_B8G8R8A8_UNORM),
    packed<4, Channels{.r = {0, 8}, .g = {8, 8}, .b = {16, 8}}>("XBGR8888", DRM_FORMAT_XBGR8888,
                                                                VK_FORMAT_R8G8B8A8_UNORM),
    packed<4, Channels{.r = {0, 8}, .g = {8, 8}, .b = {16, 8}, .a = {24, 8}}>(
        "ABGR8888", DRM_FORMAT_ABGR8888, VK_FORMAT_R8G8B8A8_UNORM),
    packed<3, Channels{.r = {16, 8}, .g = {8, 8}, .b = {0, 8}}>("RGB888", DRM_FORMAT_RGB888,
                                                                VK_FORMAT_B8G8R8_UNORM),
    packed<3, Channels{.r = {0, 8}, .g = {8, 8}, .b = {16, 8}}>("BGR888", DRM_FORMAT_BGR888,
                                                                VK_FORMAT_R8G8B8_UNORM),
    packed<2, Channels{.r = {11, 5}, .g = {5, 6}, .b = {0, 5}}>("RGB565", DRM_FORMAT_RGB565,
                                                                VK_FORMAT_R5G6B5_UNORM_PACK16),
    packed<4, Channels{.r = {20, 10}, .g = {10, 10}, .b = {0, 10}}>(
        "XRGB2101010", DRM_FORMAT_XRGB2101010, VK_FORMAT_A2R10G10B10_UNORM_PACK32),
    packed<4, Channels{.r = {0, 10}, .g = {10, 10}, .b = {20, 10}, .a = {30, 2}}>(
        "ABGR2101010", DRM_FORMAT_ABGR2101010, VK_FORMAT_A2B10G10R10_UNORM_PACK32),
    packed<8, Channels{.r = {32, 16}, .g = {16, 16}, .b = {0, 16}, .is_float = half_floats}>(
        "XRGB16161616F", DRM_FORMAT_XRGB16161616F, VK_FORMAT_R16G16B16A16_SFLOAT, true),
    packed<8,
           Channels{
               .r = {0, 16}, .g = {16, 16}, .b = {32, 16}, .a = {48, 16}, .is_float = half_floats}>(
        "ABGR16161616F", DRM_FORMAT_ABGR16161616F, VK_FORMAT_R16G16B16A16_SFLOAT),
    packed<1, Channels{.r = {0, 8}}>("R8", DRM_FORMAT_R8, VK_FORMAT_R8_UNORM),
    packed<2, Channels{.r = {0, 8}, .g = {8, 8}}>("GR88", DRM_FORMAT_GR88, VK_FORMAT_R8G8_UNORM),
    packed<2, Channels{.r = {0, 16}}>("R16", DRM_FORMAT_R16, VK_FORMAT_R16_UNORM),
    packed<4, Channels{.r = {0, 16}, .g = {16, 16}}>("GR1616", DRM_FORMAT_GR1616,
                                                     VK_FORMAT_R16G16_UNORM),
    two_pixels("YUYV", DRM_FORMAT_YUYV, VK_FORMAT_G8B8G8R8_422_UNORM, {0, 2, 1, 3}),
    two_pixels("UYVY", DRM_FORMAT_UYVY, VK_FORMAT_B8G8R8G8_422_UNORM, {1, 3, 0, 2}),
    two_planes("NV12", DRM_FORMAT_NV12, VK_FORMAT_G8_B8R8_2PLANE_420_UNORM, 8, 2),
    two_planes("NV21", DRM_FORMAT_NV21, VK_FORMAT_G8_B8R8_2PLANE_420_UNORM, 8, 2, true),
    two_planes("NV16", DRM_FORMAT_NV16, VK_FORMAT_G8_B8R8_2PLANE_422_UNORM, 8, 1),
    two_planes("P010", DRM_FORMAT_P010, VK_FORMAT_G10X6_B10X6R10X6_2PLANE_420_UNORM_3PACK16, 10, 2),
    two_planes("P012", DRM_FORMAT_P012, VK_FORMAT_G12X4_B12X4R12X4_2PLANE_420_UNORM_3PACK16, 12, 2),
    two_planes("P016", DRM_FORMAT_P016, VK_FORMAT_G16_B16R16_2PLANE_420_UNORM, 16, 2),
    three_planes("YUV420", DRM_FORMAT_YUV420, VK_FORMAT_G8_B8_R8_3PLANE_420_UNORM, 2),
    three_planes("YUV444", DRM_FORMAT_YUV444, VK_FORMAT_G8_B8_R8_3PLANE_444_UNORM, 1),
};

/// The formats alone.
constexpr std::array all_formats = [] {
    std::array<Format, table.size()> all{};
    std::ranges::transform(table, all.begin(), &FormatRow::format);
    return all;
}();

constexpr bool is_packed(const FormatRow& row) {
    return !row.format.is_ycbcr;
}
/// Has red, green and blue.
constexpr bool is_rgb(const FormatRow& row) {
    return is_packed(row) && row.format.planes[0].components[2].bits > 0;
}
static_assert(std::ranges::is_partitioned(table, is_packed), "YCbCr comes last");
static_assert(std::ranges::is_partitioned(table, is_rgb), "RGB comes first");

constexpr std::array all_fourccs = [] {
    std::array<std::uint32_t, table.size()> fourccs{};
    std::ranges::transform(all_formats, fourccs.begin(), &Format::fourcc);
    return fourccs;
}();

/// The first of them, to the last that is of this kind.
std::span<const std::uint32_t> first_fourccs(bool (*of_kind)(const FormatRow&)) {
    return std::span(all_fourccs)
        .first(static_cast<std::size_t>(std::ranges::count_if(table, of_kind)));
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

const Format* found(std::array<Format, table.size()>::const_iterator at) {
    return at == all_formats.end() ? nullptr : &*at;
}

} // namespace

const FormatRow* detail::find_format_row(std::uint32_t fourcc) noexcept {
    const auto* const row =
        std::ranges::find(table, fourcc, [](const FormatRow& each) { return each.format.fourcc; });
    return row == table.end() ? nullptr : row;
}

std::span<const std::uint32_t> detail::packed_fourccs() noexcept {
    return first_fourccs(is_packed);
}

std::span<const std::uint32_t> detail::rgb_fourccs() noexcept {
    return first_fourccs(is_rgb);
}

std::span<const Format> formats() noexcept {
    return all_formats;
}

std::string format_names(bool (*wanted)(const Format&)) {
    std::string names;
    for (const Format& format : all_formats) {
        if (wanted(format)) {
            names += text::format("{}{}", names.empty() ? "" : ", ", format.name);
        }
    }
    return names;
}

std::string ycbcr_format_names() {
    return format_names([](const Format& format) { return format.is_ycbcr; });
}

const Format* find_format(std::uint32_t fourcc) noexcept {
    return found(std::ranges::find(all_formats, fourcc, &Format::fourcc));
}

const Format* find_format(std::string_view name) noexcept {
    return found(std::ranges::find_if(all_formats, [name](const Format& format) {
        return equal_ignoring_case(format.name, name);
    }));
}

const Format& format_of(std::uint32_t fourcc) {
    if (const Format* format = find_format(fourcc)) {
        return *format;
    }
    throw std::invalid_argument(
        text::format("the format {} ({:#010x}) is not known", fourcc_text(fourcc), fourcc));
}

} // namespace parallax
