// SPDX-License-Identifier: MIT
#include "parallax/pixel_format.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>

namespace parallax {
namespace {

static_assert(sizeof(Rgba8) == 4);

/// Four bytes a pixel; the template arguments are the byte each channel lies at.
template <std::size_t r, std::size_t g, std::size_t b, std::size_t a, bool has_alpha>
struct Packed8888 {
    static void pack(std::span<const Rgba8> pixels, std::span<std::byte> row) {
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            const Rgba8 pixel = pixels[i];
            std::byte* const out = row.data() + 4 * i;
            out[r] = std::byte{pixel.r};
            out[g] = std::byte{pixel.g};
            out[b] = std::byte{pixel.b};
            out[a] = has_alpha ? std::byte{pixel.a} : std::byte{255};
        }
    }

    static void unpack(std::span<const std::byte> row, std::span<Rgba8> pixels) {
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            const std::byte* const in = row.data() + 4 * i;
            pixels[i] = {.r = std::to_integer<std::uint8_t>(in[r]),
                         .g = std::to_integer<std::uint8_t>(in[g]),
                         .b = std::to_integer<std::uint8_t>(in[b]),
                         .a = has_alpha ? std::to_integer<std::uint8_t>(in[a]) : std::uint8_t{255}};
        }
    }
};

/// Scales a channel from one maximum to another, rounding to the nearest.
constexpr std::uint32_t rescale(std::uint32_t value, std::uint32_t from, std::uint32_t to) {
    return (value * to + from / 2) / from;
}

struct Packed565 {
    static void pack(std::span<const Rgba8> pixels, std::span<std::byte> row) {
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            const Rgba8 pixel = pixels[i];
            const auto word = static_cast<std::uint16_t>(rescale(pixel.r, 255, 31) << 11 |
                                                         rescale(pixel.g, 255, 63) << 5 |
                                                         rescale(pixel.b, 255, 31));
            std::memcpy(row.data() + 2 * i, &word, sizeof word);
        }
    }

    static void unpack(std::span<const std::byte> row, std::span<Rgba8> pixels) {
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            std::uint16_t word = 0;
            std::memcpy(&word, row.data() + 2 * i, sizeof word);
            pixels[i] = {.r = static_cast<std::uint8_t>(rescale(word >> 11 & 31u, 31, 255)),
                         .g = static_cast<std::uint8_t>(rescale(word >> 5 & 63u, 63, 255)),
                         .b = static_cast<std::uint8_t>(rescale(word & 31u, 31, 255)),
                         .a = 255};
        }
    }
};

template <typename Packing>
constexpr PixelFormat make(std::string_view name, std::uint32_t fourcc, std::uint32_t bytes,
                           bool has_alpha) {
    return {.name = name,
            .fourcc = fourcc,
            .bytes = bytes,
            .has_alpha = has_alpha,
            .pack = Packing::pack,
            .unpack = Packing::unpack};
}

constexpr std::array formats{
    make<Packed8888<2, 1, 0, 3, false>>("XRGB8888", DRM_FORMAT_XRGB8888, 4, false),
    make<Packed8888<2, 1, 0, 3, true>>("ARGB8888", DRM_FORMAT_ARGB8888, 4, true),
    make<Packed8888<0, 1, 2, 3, false>>("XBGR8888", DRM_FORMAT_XBGR8888, 4, false),
    make<Packed8888<0, 1, 2, 3, true>>("ABGR8888", DRM_FORMAT_ABGR8888, 4, true),
    make<Packed565>("RGB565", DRM_FORMAT_RGB565, 2, false),
};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

} // namespace

std::span<const PixelFormat> pixel_formats() noexcept {
    return formats;
}

const PixelFormat* find_pixel_format(std::string_view name) noexcept {
    const auto* const found = std::ranges::find_if(
        formats, [name](const PixelFormat& f) { return equal_ignoring_case(f.name, name); });
    return found == formats.end() ? nullptr : found;
}

const PixelFormat* find_pixel_format(std::uint32_t fourcc) noexcept {
    const auto* const found = std::ranges::find(formats, fourcc, &PixelFormat::fourcc);
    return found == formats.end() ? nullptr : found;
}

std::string pixel_format_names() {
    std::string names;
    for (const PixelFormat& format : formats) {
        names += names.empty() ? "" : ", ";
        names += format.name;
    }
    return names;
}

} // namespace parallax
