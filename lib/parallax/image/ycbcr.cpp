// SPDX-License-Identifier: MIT
#include "parallax/image/ycbcr.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
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

/// What a conversion multiplies samples by, and adds.
struct Quantization {
    double luma_scale;
    double luma_offset;
    double chroma_scale;
    double chroma_offset;
};

Quantization quantization(YcbcrRange range, std::uint32_t depth) {
    const double unit = std::ldexp(1.0, static_cast<int>(depth) - 8);
    const double most = std::ldexp(1.0, static_cast<int>(depth)) - 1;
    if (range == YcbcrRange::limited) {
        return {.luma_scale = 219 * unit,
                .luma_offset = 16 * unit,
                .chroma_scale = 224 * unit,
                .chroma_offset = 128 * unit};
    }
    return {
        .luma_scale = most, .luma_offset = 0, .chroma_scale = most, .chroma_offset = 128 * unit};
}

/// The nearest sample.
std::uint16_t quantized(double value, std::uint32_t depth) {
    const double most = std::ldexp(1.0, static_cast<int>(depth)) - 1;
    return static_cast<std::uint16_t>(std::lround(std::clamp(value, 0.0, most)));
}

/// Colours from 0 to 1 without rounding, of the pixels that share a sample.
struct Colour {
    double r = 0;
    double g = 0;
    double b = 0;
};

/// The colour at the place of the chroma sample of a block.
Colour colour_at_chroma(const Picture& picture, const ImageLayout& layout, Extent block,
                        std::uint32_t x, std::uint32_t y) {
    // Between pixels it is the mean of those on both sides.
    const bool between_columns = layout.siting == ChromaSiting::center;
    const bool between_rows = layout.siting != ChromaSiting::top_left;
    const std::uint32_t columns = between_columns ? block.width : 1;
    const std::uint32_t rows = between_rows ? block.height : 1;
    Colour mean;
    for (std::uint32_t j = 0; j < rows; ++j) {
        for (std::uint32_t i = 0; i < columns; ++i) {
            const Rgba8 pixel = picture.at(x * block.width + i, y * block.height + j);
            mean.r += pixel.r / 255.0 / (columns * rows);
            mean.g += pixel.g / 255.0 / (columns * rows);
            mean.b += pixel.b / 255.0 / (columns * rows);
        }
    }
    return mean;
}

double luma_of(const Colour& colour, const Weights& weights) {
    return weights.red * colour.r + (1 - weights.red - weights.blue) * colour.g +
           weights.blue * colour.b;
}

std::string name_and_size(const ImageLayout& layout) {
    return text::format("a {}x{} {} picture", layout.extent.width, layout.extent.height,
                        layout.format().name);
}

} // namespace

YcbcrMatrix ycbcr_matrix(YcbcrEncoding encoding, YcbcrRange range, std::uint32_t depth) {
    const Weights weights = weights_of(encoding);
    const Quantization scale = quantization(range, depth);
    const double green = 1 - weights.red - weights.blue;
    const double chroma = 255 / scale.chroma_scale;
    const double red_cr = 2 * (1 - weights.red) * chroma;
    const double blue_cb = 2 * (1 - weights.blue) * chroma;
    return {.luma_offset = static_cast<std::int32_t>(scale.luma_offset),
            .middle = static_cast<std::int32_t>(scale.chroma_offset),
            .luma = fixed(255 / scale.luma_scale),
            .red_cr = fixed(red_cr),
            .green_cb = fixed(blue_cb * weights.blue / green),
            .green_cr = fixed(red_cr * weights.red / green),
            .blue_cb = fixed(blue_cb)};
}

Rgba8 to_rgb(const YcbcrMatrix& matrix, std::uint32_t y, std::uint32_t cb, std::uint32_t cr) {
    const std::int32_t luma = (static_cast<std::int32_t>(y) - matrix.luma_offset) * matrix.luma;
    const std::int32_t blue = static_cast<std::int32_t>(cb) - matrix.middle;
    const std::int32_t red = static_cast<std::int32_t>(cr) - matrix.middle;
    return {.r = from_fixed(luma + matrix.red_cr * red),
            .g = from_fixed(luma - matrix.green_cb * blue - matrix.green_cr * red),
            .b = from_fixed(luma + matrix.blue_cb * blue),
            .a = 255};
}

Samples to_ycbcr(const Picture& picture, const ImageLayout& layout) {
    const Format& format = layout.format();
    if (!format.is_ycbcr || picture.extent() != layout.extent) {
        throw std::invalid_argument(text::format("a picture of {}x{} pixels does not become {}",
                                                 picture.extent().width, picture.extent().height,
                                                 name_and_size(layout)));
    }
    const Weights weights = weights_of(layout.encoding);
    const std::uint32_t depth = format.depth();
    const Quantization scale = quantization(layout.range, depth);
    Samples samples{.fourcc = layout.fourcc, .extent = layout.extent};
    for (std::size_t i = 0; i < format.plane_count; ++i) {
        samples.planes.at(i).resize(layout.plane_extent(i).pixels() *
                                    component_count(format.planes.at(i)));
    }
    const auto sample = [&](SamplePlace place, std::uint32_t x, std::uint32_t y) -> std::uint16_t& {
        const FormatPlane& plane = format.planes.at(place.plane);
        const std::size_t texel =
            std::size_t{y / plane.height} * layout.plane_extent(place.plane).width +
            x / plane.width;
        return samples.planes.at(place.plane).at(texel * component_count(plane) + place.component);
    };
    for (std::uint32_t y = 0; y < layout.extent.height; ++y) {
        for (std::uint32_t x = 0; x < layout.extent.width; ++x) {
            const Rgba8 pixel = picture.at(x, y);
            const double luma =
                luma_of({pixel.r / 255.0, pixel.g / 255.0, pixel.b / 255.0}, weights);
            sample(x % 2 == 0 ? format.places.luma : format.places.odd_luma, x, y) =
                quantized(luma * scale.luma_scale + scale.luma_offset, depth);
        }
    }
    const Extent block{.width = format.block_width(), .height = format.block_height()};
    for (std::uint32_t y = 0; y < layout.extent.height / block.height; ++y) {
        for (std::uint32_t x = 0; x < layout.extent.width / block.width; ++x) {
            const Colour colour = colour_at_chroma(picture, layout, block, x, y);
            const double luma = luma_of(colour, weights);
            const double cb = (colour.b - luma) / (2 * (1 - weights.blue));
            const double cr = (colour.r - luma) / (2 * (1 - weights.red));
            sample(format.places.cb, x * block.width, y * block.height) =
                quantized(cb * scale.chroma_scale + scale.chroma_offset, depth);
            sample(format.places.cr, x * block.width, y * block.height) =
                quantized(cr * scale.chroma_scale + scale.chroma_offset, depth);
        }
    }
    return samples;
}

std::uint32_t sampler_bound(const ImageLayout& layout) {
    const Weights weights = weights_of(layout.encoding);
    const std::uint32_t depth = layout.format().depth();
    const Quantization scale = quantization(layout.range, depth);
    // A step of the source's precision, in 8 bits.
    const double step = 255 / (std::ldexp(1.0, static_cast<int>(depth)) - 1);
    const double factor = 2 * (1 - weights.blue); // the largest of the model conversion
    const double luma = 255 / scale.luma_scale / step;
    const double chroma = 255 / scale.chroma_scale / step;
    // Luma and chroma after the range expansion, the product and the sum may each be half a step
    // beside; then the sampler's result and that of to_rgb() are rounded to 8 bits.
    const double beside = (luma / 2 + factor * chroma / 2 + 0.5 + 0.5) * step;
    return static_cast<std::uint32_t>(std::ceil(beside + 1));
}

Picture detail::ycbcr_picture(const ImageLayout& layout, BufferBytes memory) {
    const Format& format = layout.format();
    const std::uint32_t depth = std::min(format.depth(), deepest_conversion);
    const std::uint32_t surplus = format.depth() - depth;
    const YcbcrMatrix matrix = ycbcr_matrix(layout.encoding, layout.range, depth);
    const auto sample = [&](SamplePlace place, std::uint32_t x, std::uint32_t y) {
        const FormatPlane& plane = format.planes.at(place.plane);
        const Component& component = plane.components.at(place.component);
        std::uint64_t word = 0;
        std::memcpy(&word,
                    memory[layout.planes.at(place.plane).buffer].data() +
                        layout.offset_of(x, y, place.plane),
                    plane.bytes);
        return static_cast<std::uint32_t>(word >> component.lowest & component.most()) >> surplus;
    };
    const YcbcrPlaces& places = format.places;
    Picture picture(layout.extent);
    for (std::uint32_t y = 0; y < layout.extent.height; ++y) {
        for (std::uint32_t x = 0; x < layout.extent.width; ++x) {
            picture.at(x, y) =
                to_rgb(matrix, sample(x % 2 == 0 ? places.luma : places.odd_luma, x, y),
                       sample(places.cb, x, y), sample(places.cr, x, y));
        }
    }
    return picture;
}

Picture read_ycbcr(const ImageLayout& layout, std::span<const std::byte> memory) {
    if (!layout.format().is_ycbcr) {
        throw std::invalid_argument(name_and_size(layout) + " has no luma and chroma");
    }
    return read_pixels(layout, memory);
}

} // namespace parallax
