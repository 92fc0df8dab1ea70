// SPDX-License-Identifier: MIT
#include "parallax/image/format.hpp"

#include "parallax/printable.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <cctype>
#include <format>
#include <stdexcept>

namespace parallax {
namespace {

/// A format of one plane and one pixel in a texel.
constexpr Format packed(std::string_view name, std::uint32_t fourcc, std::uint32_t bytes,
                        bool has_alpha = false) {
    return {.name = name,
            .fourcc = fourcc,
            .has_alpha = has_alpha,
            .planes = {{{.fourcc = fourcc, .bytes = bytes}}}};
}

constexpr FormatPlane luma{.fourcc = DRM_FORMAT_R8, .bytes = 1};

constexpr std::array table{
    packed("XRGB8888", DRM_FORMAT_XRGB8888, 4),
    packed("ARGB8888", DRM_FORMAT_ARGB8888, 4, true),
    packed("XBGR8888", DRM_FORMAT_XBGR8888, 4),
    packed("ABGR8888", DRM_FORMAT_ABGR8888, 4, true),
    packed("RGB565", DRM_FORMAT_RGB565, 2),
    packed("R8", DRM_FORMAT_R8, 1),
    packed("GR88", DRM_FORMAT_GR88, 2),
    Format{.name = "YUYV", // a texel is two pixels: Y0 Cb Y1 Cr
           .fourcc = DRM_FORMAT_YUYV,
           .is_ycbcr = true,
           .planes = {{{.fourcc = DRM_FORMAT_ABGR8888, .bytes = 4, .width = 2}}}},
    Format{.name = "NV12",
           .fourcc = DRM_FORMAT_NV12,
           .is_ycbcr = true,
           .plane_count = 2,
           .planes = {{luma, {.fourcc = DRM_FORMAT_GR88, .bytes = 2, .width = 2, .height = 2}}}},
};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

const Format* found(std::array<Format, table.size()>::const_iterator at) {
    return at == table.end() ? nullptr : &*at;
}

} // namespace

std::span<const Format> formats() noexcept {
    return table;
}

std::string ycbcr_format_names() {
    std::string names;
    for (const Format& format : table) {
        if (format.is_ycbcr) {
            names += std::format("{}{}", names.empty() ? "" : ", ", format.name);
        }
    }
    return names;
}

const Format* find_format(std::uint32_t fourcc) noexcept {
    return found(std::ranges::find(table, fourcc, &Format::fourcc));
}

const Format* find_format(std::string_view name) noexcept {
    return found(std::ranges::find_if(
        table, [name](const Format& format) { return equal_ignoring_case(format.name, name); }));
}

const Format& format_of(std::uint32_t fourcc) {
    if (const Format* format = find_format(fourcc)) {
        return *format;
    }
    throw std::invalid_argument(
        std::format("the format {} ({:#010x}) is not known", fourcc_text(fourcc), fourcc));
}

} // namespace parallax
