// SPDX-License-Identifier: MIT
#include "parallax/image/pixels.hpp"

#include "parallax/image/half.hpp"
#include "parallax/image/layout_fault.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

namespace parallax {
namespace {

/// Calls @p take with a plane's number, each of its texels in reading order, and the first of its
/// bytes.
template <class Take>
void for_each_texel(const ImageLayout& layout, Take take) {
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        const PlaneLayout& plane = layout.planes.at(i);
        const auto [width, height] = layout.plane_extent(i);
        std::size_t texel = 0;
        for (std::uint32_t y = 0; y < height; ++y) {
            std::uint64_t at = plane.offset + plane.stride * y;
            for (std::uint32_t x = 0; x < width; ++x, at += layout.format().planes.at(i).bytes) {
                take(i, texel++, at);
            }
        }
    }
}

/// The half floats in the order of their values.
int ordered(std::uint16_t half) {
    return (half & 0x8000) != 0 ? 0x8000 - half : half;
}

std::uint32_t apart(std::uint16_t a, std::uint16_t b, bool is_float) {
    return static_cast<std::uint32_t>(is_float ? std::abs(ordered(a) - ordered(b))
                                               : std::abs(int{a} - int{b}));
}

/// The bits of a texel that are no sample.
std::uint64_t unused_bits(const Format& format, const FormatPlane& plane) {
    std::uint64_t used = 0;
    for (const Component& component : plane.components) {
        used |= std::uint64_t{component.most()} << component.lowest;
    }
    return format.is_ycbcr ? 0 : ~used;
}

/// The negative's half float, of one from 0 to 1.
std::uint16_t negative_half(std::uint16_t half) {
    const auto n = static_cast<std::uint32_t>(
        std::lround(std::clamp(detail::value_of_half(half), 0.0F, 1.0F) * 2048));
    return detail::half_of_2048ths(2048 - n);
}

} // namespace

std::size_t component_count(const FormatPlane& plane) noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(plane.components, [](const Component& c) { return c.bits > 0; }));
}

Samples read_samples(const ImageLayout& layout, BufferBytes memory) {
    detail::require_no_fault(layout, memory);
    Samples samples{.fourcc = layout.fourcc, .extent = layout.extent};
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        samples.planes.at(i).reserve(layout.plane_extent(i).pixels() *
                                     component_count(layout.format().planes.at(i)));
    }
    for_each_texel(layout, [&](std::size_t i, std::size_t /*texel*/, std::uint64_t at) {
        const FormatPlane& plane = layout.format().planes.at(i);
        std::uint64_t word = 0;
        std::memcpy(&word, memory[layout.planes.at(i).buffer].data() + at, plane.bytes);
        for (const Component& component : plane.components) {
            if (component.bits > 0) {
                samples.planes.at(i).push_back(
                    static_cast<std::uint16_t>(word >> component.lowest & component.most()));
            }
        }
    });
    return samples;
}

void write_samples(const Samples& samples, const ImageLayout& layout, WritableBytes memory) {
    detail::require_no_fault(layout, memory);
    if (samples.fourcc != layout.fourcc || samples.extent != layout.extent) {
        throw std::invalid_argument(text::format(
            "samples of {}x{} {} do not fit a layout of {}x{} {}", samples.extent.width,
            samples.extent.height, format_of(samples.fourcc).name, layout.extent.width,
            layout.extent.height, layout.format().name));
    }
    for_each_texel(layout, [&](std::size_t i, std::size_t texel, std::uint64_t at) {
        const FormatPlane& plane = layout.format().planes.at(i);
        const std::size_t count = component_count(plane);
        std::uint64_t word = unused_bits(layout.format(), plane);
        for (std::size_t c = 0; c < count; ++c) {
            word |= std::uint64_t{samples.planes.at(i).at(texel * count + c)}
                    << plane.components.at(c).lowest;
        }
        std::memcpy(memory[layout.planes.at(i).buffer].data() + at, &word, plane.bytes);
    });
}

Picture picture_of(const Samples& samples, const YcbcrColour& colour) {
    const ImageLayout layout = portable_layout(samples.extent, samples.fourcc).with(colour);
    std::vector<std::byte> memory(layout.size());
    const std::array writable{std::span(memory)};
    write_samples(samples, layout, writable);
    return read_pixels(layout, memory);
}

Samples negative(Samples samples) {
    const Format& format = format_of(samples.fourcc);
    for (std::size_t i = 0; i < format.plane_count; ++i) {
        const FormatPlane& plane = format.planes.at(i);
        const std::size_t count = component_count(plane);
        for (std::size_t at = 0; at < samples.planes.at(i).size(); ++at) {
            const std::size_t c = at % count;
            if (c == 3) { // alpha, and in YUYV and UYVY chroma or luma
                continue;
            }
            std::uint16_t& sample = samples.planes.at(i).at(at);
            sample = format.is_float
                         ? negative_half(sample)
                         : static_cast<std::uint16_t>(plane.components.at(c).most() - sample);
        }
    }
    return samples;
}

Comparison compare(const Samples& left, const Samples& right) {
    if (left.fourcc != right.fourcc || left.extent != right.extent) {
        throw std::invalid_argument("samples of other formats or extents cannot be compared");
    }
    const Format& format = format_of(left.fourcc);
    Comparison result{.compared = left.extent.pixels(), .depth = format.depth()};
    for (std::uint32_t y = 0; y < left.extent.height; ++y) {
        for (std::uint32_t x = 0; x < left.extent.width; ++x) {
            bool differs = false;
            for (std::uint32_t i = 0; i < format.plane_count; ++i) {
                const FormatPlane& plane = format.planes.at(i);
                const std::size_t width = (left.extent.width + plane.width - 1) / plane.width;
                const std::size_t count = component_count(plane);
                const std::size_t at = (y / plane.height * width + x / plane.width) * count;
                const auto a = std::span(left.planes.at(i)).subspan(at, count);
                const auto b = std::span(right.planes.at(i)).subspan(at, count);
                if (std::ranges::equal(a, b)) {
                    continue;
                }
                differs = true;
                for (std::size_t c = 0; c < count; ++c) {
                    result.largest = std::max(result.largest, apart(a[c], b[c], format.is_float));
                }
                if (!result.first) {
                    result.first = Difference{.x = x,
                                              .y = y,
                                              .left = {},
                                              .right = {},
                                              .plane = i,
                                              .left_samples = {a.begin(), a.end()},
                                              .right_samples = {b.begin(), b.end()}};
                }
            }
            result.different += differs ? 1U : 0U;
        }
    }
    return result;
}

} // namespace parallax
