// SPDX-License-Identifier: MIT
#include "parallax/image/ycbcr.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <cmath>
#include <format>
#include <stdexcept>
#include <string>
#include <utility>

namespace parallax {
namespace {

/// The weights of red and blue in luma: Kr and Kb of the standards.
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

void require_readable(const ImageLayout& layout, std::size_t held) {
    const Format& format = layout.format();
    const std::string picture =
        std::format("a {}x{} {} picture", layout.extent.width, layout.extent.height, format.name);
    if (layout.fourcc != DRM_FORMAT_YUYV && layout.fourcc != DRM_FORMAT_NV12) {
        throw std::invalid_argument(picture + " is not read here; YUYV and NV12 are");
    }
    if (layout.extent.width % 2 != 0 || layout.extent.height % 2 != 0) {
        throw std::invalid_argument(picture + " cannot be: both sides must be even");
    }
    if (!layout.in_one_buffer()) {
        throw std::invalid_argument(picture +
                                    " with its planes in several buffers is not read here");
    }
    for (std::size_t i = 0; i < format.plane_count; ++i) {
        if (layout.planes.at(i).stride < layout.row_bytes(i)) {
            throw std::invalid_argument(
                std::format("a stride of {} bytes is shorter than a row of {}, which takes {}",
                            layout.planes.at(i).stride, picture, layout.row_bytes(i)));
        }
    }
    const std::uint64_t size = layout.size(layout.planes.front().buffer);
    if (size > held) {
        throw std::invalid_argument(
            std::format("{} with stride {} needs {} bytes; the buffer holds {}", picture,
                        layout.planes.front().stride, size, held));
    }
}

} // namespace

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

Picture read_ycbcr(const ImageLayout& layout, std::span<const std::byte> memory) {
    require_readable(layout, memory.size());
    const YcbcrMatrix matrix = ycbcr_matrix(layout.encoding, layout.range);
    const bool packed = layout.fourcc == DRM_FORMAT_YUYV;
    const PlaneLayout& luma = layout.planes[0];
    const PlaneLayout& chroma = layout.planes[1];
    const auto at = [memory](std::uint64_t offset) {
        return std::to_integer<std::uint8_t>(memory[offset]);
    };
    Picture picture(layout.extent);
    for (std::uint32_t y = 0; y < layout.extent.height; ++y) {
        const std::uint64_t row = luma.offset + luma.stride * y;
        const std::uint64_t chroma_row = chroma.offset + chroma.stride * (y / 2);
        for (std::uint32_t x = 0; x < layout.extent.width; ++x) {
            const std::uint32_t pair = x / 2; // of pixels, which share their chroma
            if (packed) {
                const std::uint64_t four = row + std::uint64_t{pair} * 4;
                picture.at(x, y) =
                    to_rgb(matrix, at(row + std::uint64_t{x} * 2), at(four + 1), at(four + 3));
            } else {
                const std::uint64_t two = chroma_row + std::uint64_t{pair} * 2;
                picture.at(x, y) = to_rgb(matrix, at(row + x), at(two), at(two + 1));
            }
        }
    }
    return picture;
}

} // namespace parallax
