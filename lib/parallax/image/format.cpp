// SPDX-License-Identifier: MIT
#include "parallax/image/format.hpp"

#include "parallax/image/format_table.hpp"
#include "parallax/image/packed.hpp"
#include "parallax/printable.hpp"

#include <drm_fourcc.h>
#include <vulkan/vulkan_core.h>

#include <algorithm>
#include <cctype>
#include <format>
#include <stdexcept>

namespace parallax {
namespace {

using detail::Channels;
using detail::FormatRow;

/// A format of one plane and one pixel in a texel.
constexpr Format one_plane(std::string_view name, std::uint32_t fourcc, std::uint32_t bytes,
                           bool has_alpha = false) {
    return {.name = name,
            .fourcc = fourcc,
            .has_alpha = has_alpha,
            .planes = {{{.fourcc = fourcc, .bytes = bytes}}}};
}

/// A packed RGB format.
template <std::uint32_t bytes, Channels channels>
constexpr FormatRow packed(std::string_view name, std::uint32_t fourcc, VkFormat vulkan) {
    using Pixels = detail::Packed<bytes, channels>;
    return {.format = one_plane(name, fourcc, bytes, channels.a.bits > 0),
            .vulkan = static_cast<std::uint32_t>(vulkan),
            .pack = Pixels::pack,
            .unpack = Pixels::unpack};
}

constexpr FormatPlane luma{.fourcc = DRM_FORMAT_R8, .bytes = 1};

// A format is one row: the bytes of a pixel, for each channel its lowest bit and its number of
// bits, the names. Formats of other kinds follow, with their planes; a plane is a format of its
// own.
constexpr std::array table{
    packed<4, Channels{.r = {16, 8}, .g = {8, 8}, .b = {0, 8}}>("XRGB8888", DRM_FORMAT_XRGB8888,
                                                                VK_FORMAT_B8G8R8A8_UNORM),
    packed<4, Channels{.r = {16, 8}, .g = {8, 8}, .b = {0, 8}, .a = {24, 8}}>(
        "ARGB8888", DRM_FORMAT_ARGB8888, VK_FORMAT_B8G8R8A8_UNORM),
    packed<4, Channels{.r = {0, 8}, .g = {8, 8}, .b = {16, 8}}>("XBGR8888", DRM_FORMAT_XBGR8888,
                                                                VK_FORMAT_R8G8B8A8_UNORM),
    packed<4, Channels{.r = {0, 8}, .g = {8, 8}, .b = {16, 8}, .a = {24, 8}}>(
        "ABGR8888", DRM_FORMAT_ABGR8888, VK_FORMAT_R8G8B8A8_UNORM),
    packed<2, Channels{.r = {11, 5}, .g = {5, 6}, .b = {0, 5}}>("RGB565", DRM_FORMAT_RGB565,
                                                                VK_FORMAT_R5G6B5_UNORM_PACK16),
    FormatRow{.format = one_plane("R8", DRM_FORMAT_R8, 1), .vulkan = VK_FORMAT_R8_UNORM},
    FormatRow{.format = one_plane("GR88", DRM_FORMAT_GR88, 2), .vulkan = VK_FORMAT_R8G8_UNORM},
    FormatRow{.format = {.name = "YUYV", // a texel is two pixels: Y0 Cb Y1 Cr
                         .fourcc = DRM_FORMAT_YUYV,
                         .is_ycbcr = true,
                         .planes = {{{.fourcc = DRM_FORMAT_ABGR8888, .bytes = 4, .width = 2}}}}},
    FormatRow{
        .format = {.name = "NV12",
                   .fourcc = DRM_FORMAT_NV12,
                   .is_ycbcr = true,
                   .plane_count = 2,
                   .planes = {{luma,
                               {.fourcc = DRM_FORMAT_GR88, .bytes = 2, .width = 2, .height = 2}}}}},
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
static_assert(std::ranges::is_partitioned(table, is_packed), "packed RGB comes first");

constexpr std::array packed_ones = [] {
    std::array<std::uint32_t, static_cast<std::size_t>(std::ranges::count_if(table, is_packed))>
        fourccs{};
    std::ranges::transform(std::span(table).first(fourccs.size()), fourccs.begin(),
                           [](const FormatRow& row) { return row.format.fourcc; });
    return fourccs;
}();

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

const Format* found(std::array<Format, table.size()>::const_iterator at) {
    return at == all_formats.end() ? nullptr : &*at;
}

} // namespace

std::span<const FormatRow> detail::format_rows() noexcept {
    return table;
}

const FormatRow* detail::find_format_row(std::uint32_t fourcc) noexcept {
    const auto* const row =
        std::ranges::find(table, fourcc, [](const FormatRow& each) { return each.format.fourcc; });
    return row == table.end() ? nullptr : row;
}

std::span<const std::uint32_t> detail::packed_fourccs() noexcept {
    return packed_ones;
}

std::span<const Format> formats() noexcept {
    return all_formats;
}

std::string ycbcr_format_names() {
    std::string names;
    for (const Format& format : all_formats) {
        if (format.is_ycbcr) {
            names += std::format("{}{}", names.empty() ? "" : ", ", format.name);
        }
    }
    return names;
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
        std::format("the format {} ({:#010x}) is not known", fourcc_text(fourcc), fourcc));
}

} // namespace parallax
