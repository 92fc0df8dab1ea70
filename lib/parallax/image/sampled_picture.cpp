// SPDX-License-Identifier: MIT
#include "parallax/image/sampled_picture.hpp"

#include "parallax/image/pixels.hpp"

#include <array>

namespace parallax {
namespace {

SampledPicture read(const ImageLayout& layout, auto memory, BufferBytes buffers) {
    SampledPicture view{.picture = read_pixels(layout, memory)};
    if (has_samples(layout.format())) {
        view.samples = read_samples(layout, buffers);
    }
    return view;
}

} // namespace

bool has_samples(const Format& format) noexcept {
    const bool lacks_blue = format.planes[0].components[2].bits == 0;
    return format.is_ycbcr || format.depth() > 8 || lacks_blue;
}

SampledPicture read_sampled(const ImageLayout& layout, BufferBytes memory) {
    return read(layout, memory, memory);
}

SampledPicture read_sampled(const ImageLayout& layout, std::span<const std::byte> memory) {
    const std::array buffers{memory, memory, memory, memory}; // whatever its number
    return read(layout, memory, buffers);
}

Comparison compare(const SampledPicture& left, const SampledPicture& right) {
    if (!left.samples || !right.samples) {
        return compare(left.picture, right.picture);
    }
    const Comparison samples = compare(*left.samples, *right.samples);
    // What the GPU makes of equal samples may still be another picture.
    if (samples.equal() && left.picture != right.picture) {
        return compare(left.picture, right.picture);
    }
    return samples;
}

SampledPicture negative(SampledPicture view, const YcbcrColour& colour) {
    if (!view.samples) {
        return {.picture = negative(std::move(view.picture))};
    }
    Samples inverted = negative(*std::move(view.samples));
    Picture picture = picture_of(inverted, colour);
    return {.picture = std::move(picture), .samples = std::move(inverted)};
}

} // namespace parallax
