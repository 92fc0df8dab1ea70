// SPDX-License-Identifier: MIT
#include "parallax/ycbcr.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <cmath>
#include <format>
#include <stdexcept>
#include <utility>

namespace parallax {
namespace {

/// How much red and blue weigh in luma: Kr and Kb of the standards.
struct Weights {
    double red;
    double blue;
};

Weights weights_of(YcbcrEncoding encoding) {
    switch (encoding) {
    case YcbcrEncoding::bt601:
        return {.red = 0.299, .blue = 0.114};
    case YcbcrEncoding::bt709:
        return {.red = 0.2126, .blue = 0.0722};
    case YcbcrEncoding::bt2020:
        return {.red = 0.2627, .blue = 0.0593};
    }
    std::unreachable();
}

std::int32_t fixed(double value) {
    return static_cast<std::int32_t>(std::lround(value * 65536));
}

std::uint8_t from_fixed(std::int32_t value) {
    return static_cast<std::uint8_t>(std::clamp((value + 0x8000) >> 16, 0, 255));
}

void require_fits(const YcbcrLayout& layout, std::size_t held) {
    const std::uint64_t row =
        std::uint64_t{layout.extent.width} * (layout.packing == YcbcrPacking::yuyv ? 2 : 1);
    if (layout.extent.width % 2 != 0 || layout.extent.height % 2 != 0 || layout.stride < row ||
        layout.size() > held) {
        throw std::invalid_argument(std::format(
            "a {}x{} {} picture with stride {} needs even sides and {} bytes; the buffer holds {}",
            layout.extent.width, layout.extent.height, packing_name(layout.packing), layout.stride,
            layout.size(), held));
    }
}

} // namespace

std::string_view packing_name(YcbcrPacking packing) noexcept {
    return packing == YcbcrPacking::yuyv ? "YUYV" : "NV12";
}

std::uint32_t packing_fourcc(YcbcrPacking packing) noexcept {
    return packing == YcbcrPacking::yuyv ? DRM_FORMAT_YUYV : DRM_FORMAT_NV12;
}

YcbcrMatrix ycbcr_matrix(YcbcrEncoding encoding, YcbcrRange range) {
    const Weights weights = weights_of(encoding);
    const double green = 1 - weights.red - weights.blue;
    const bool limited = range == YcbcrRange::limited;
    const double luma = limited ? 255.0 / 219 : 1;
    const double chroma = limited ? 255.0 / 224 : 1;
    const double red_cr = 2 * (1 - weights.red) * chroma;
    const double blue_cb = 2 * (1 - weights.blue) * chroma;
    return {.luma_offset = limited ? 16 : 0,
            .luma = fixed(luma),
            .red_cr = fixed(red_cr),
            .green_cb = fixed(blue_cb * weights.blue / green),
            .green_cr = fixed(red_cr * weights.red / green),
            .blue_cb = fixed(blue_cb)};
}

Rgba8 to_rgb(const YcbcrMatrix& matrix, std::uint8_t y, std::uint8_t cb, std::uint8_t cr) {
    const std::int32_t luma = (y - matrix.luma_offset) * matrix.luma;
    const std::int32_t blue = cb - 128;
    const std::int32_t red = cr - 128;
    return {.r = from_fixed(luma + matrix.red_cr * red),
            .g = from_fixed(luma - matrix.green_cb * blue - matrix.green_cr * red),
            .b = from_fixed(luma + matrix.blue_cb * blue),
            .a = 255};
}

Picture ycbcr_view(const YcbcrLayout& layout, std::span<const std::byte> memory) {
    require_fits(layout, memory.size());
    const YcbcrMatrix matrix = ycbcr_matrix(layout.encoding, layout.range);
    const auto at = [memory](std::uint64_t offset) {
        return std::to_integer<std::uint8_t>(memory[offset]);
    };
    Picture picture(layout.extent);
    for (std::uint32_t y = 0; y < layout.extent.height; ++y) {
        const std::uint64_t row = layout.stride * y;
        for (std::uint32_t x = 0; x < layout.extent.width; ++x) {
            const std::uint64_t pair = std::uint64_t{x / 2} * 4; // YUYV: bytes of two pixels
            if (layout.packing == YcbcrPacking::yuyv) {
                picture.at(x, y) = to_rgb(matrix, at(row + std::uint64_t{x} * 2),
                                          at(row + pair + 1), at(row + pair + 3));
            } else {
                const std::uint64_t chroma =
                    layout.chroma_offset() + layout.stride * (y / 2) + pair / 2;
                picture.at(x, y) = to_rgb(matrix, at(row + x), at(chroma), at(chroma + 1));
            }
        }
    }
    return picture;
}

} // namespace parallax
