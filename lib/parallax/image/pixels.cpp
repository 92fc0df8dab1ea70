// SPDX-License-Identifier: MIT
#include "parallax/image/pixels.hpp"

#include "parallax/printable.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <format>
#include <stdexcept>

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

struct Packing {
    void (*pack)(std::span<const Rgba8> pixels, std::span<std::byte> row);
    void (*unpack)(std::span<const std::byte> row, std::span<Rgba8> pixels);
};

template <typename Of>
constexpr Packing packing{.pack = Of::pack, .unpack = Of::unpack};

constexpr std::array<std::uint32_t, 5> fourccs{DRM_FORMAT_XRGB8888, DRM_FORMAT_ARGB8888,
                                               DRM_FORMAT_XBGR8888, DRM_FORMAT_ABGR8888,
                                               DRM_FORMAT_RGB565};
/// In the order of fourccs.
constexpr std::array<Packing, fourccs.size()> packings{
    packing<Packed8888<2, 1, 0, 3, false>>, packing<Packed8888<2, 1, 0, 3, true>>,
    packing<Packed8888<0, 1, 2, 3, false>>, packing<Packed8888<0, 1, 2, 3, true>>,
    packing<Packed565>};

const Packing& packing_of(std::uint32_t fourcc) {
    const auto* const found = std::ranges::find(fourccs, fourcc);
    if (found == fourccs.end()) {
        throw std::invalid_argument(
            std::format("{} has no pixels of red, green and blue", format_of(fourcc).name));
    }
    return packings.at(static_cast<std::size_t>(found - fourccs.begin()));
}

void require_fits(const ImageLayout& layout, std::size_t held) {
    const PlaneLayout& plane = layout.planes.front();
    if (plane.stride < layout.row_bytes()) {
        throw std::invalid_argument(std::format(
            "a stride of {} bytes is shorter than a row of {} {} pixels, which takes {}",
            plane.stride, layout.extent.width, layout.format().name, layout.row_bytes()));
    }
    const std::uint64_t size = layout.size(plane.buffer);
    if (size > held) {
        throw std::invalid_argument(std::format(
            "a {}x{} {} picture with stride {} at offset {} needs {} bytes; the buffer holds {}",
            layout.extent.width, layout.extent.height, layout.format().name, plane.stride,
            plane.offset, size, held));
    }
}

} // namespace

std::span<const std::uint32_t> rgb_fourccs() noexcept {
    return fourccs;
}

std::string rgb_format_names() {
    return joined(fourccs, ", ", [](std::uint32_t fourcc) { return format_of(fourcc).name; });
}

void pack(std::uint32_t fourcc, std::span<const Rgba8> pixels, std::span<std::byte> row) {
    packing_of(fourcc).pack(pixels, row);
}

void unpack(std::uint32_t fourcc, std::span<const std::byte> row, std::span<Rgba8> pixels) {
    packing_of(fourcc).unpack(row, pixels);
}

void write_pixels(const Picture& picture, const ImageLayout& layout, std::span<std::byte> memory) {
    const Packing& format = packing_of(layout.fourcc);
    if (picture.extent() != layout.extent) {
        throw std::invalid_argument(std::format("a {}x{} picture does not fit a {}x{} layout",
                                                picture.extent().width, picture.extent().height,
                                                layout.extent.width, layout.extent.height));
    }
    require_fits(layout, memory.size());
    for (std::uint32_t y = 0; y < layout.extent.height; ++y) {
        format.pack(picture.row(y), memory.subspan(layout.offset_of(0, y), layout.row_bytes()));
    }
}

Picture read_pixels(const ImageLayout& layout, std::span<const std::byte> memory) {
    const Packing& format = packing_of(layout.fourcc);
    require_fits(layout, memory.size());
    Picture picture(layout.extent);
    for (std::uint32_t y = 0; y < layout.extent.height; ++y) {
        format.unpack(memory.subspan(layout.offset_of(0, y), layout.row_bytes()), picture.row(y));
    }
    return picture;
}

} // namespace parallax
