// SPDX-License-Identifier: MIT
#include "parallax/image/pixels.hpp"

#include "parallax/image/format_table.hpp"
#include "parallax/image/layout_fault.hpp"
#include "parallax/image/ycbcr.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <array>
#include <stdexcept>

namespace parallax {
namespace {

static_assert(sizeof(Rgba8) == 4);

using detail::FormatRow;

const FormatRow& packing_of(std::uint32_t fourcc) {
    const FormatRow* const row = detail::find_format_row(fourcc);
    if (row == nullptr || row->pack == nullptr) {
        throw std::invalid_argument(
            text::format("{} has no pixels of red, green and blue", format_of(fourcc).name));
    }
    return *row;
}

/// The layout and its only buffer, as number 0.
/// @throws std::invalid_argument when planes lie in several.
ImageLayout in_only_buffer(ImageLayout layout) {
    if (!layout.in_one_buffer()) {
        throw std::invalid_argument(
            text::format("the planes of a {} picture lie in several buffers; one was given",
                         layout.format().name));
    }
    for (PlaneLayout& plane : layout.planes) {
        plane.buffer = 0;
    }
    return layout;
}

SampledPicture read(const ImageLayout& layout, auto memory, BufferBytes buffers) {
    SampledPicture view{.picture = read_pixels(layout, memory)};
    if (has_samples(layout.format())) {
        view.samples = read_samples(layout, buffers);
    }
    return view;
}

} // namespace

std::span<const std::uint32_t> rgb_fourccs() noexcept {
    return detail::rgb_fourccs();
}

std::span<const std::uint32_t> packed_fourccs() noexcept {
    return detail::packed_fourccs();
}

std::string rgb_format_names() {
    return joined(rgb_fourccs(), ", ", [](std::uint32_t fourcc) { return format_of(fourcc).name; });
}

void pack(std::uint32_t fourcc, std::span<const Rgba8> pixels, std::span<std::byte> row) {
    packing_of(fourcc).pack(pixels, row);
}

void unpack(std::uint32_t fourcc, std::span<const std::byte> row, std::span<Rgba8> pixels) {
    packing_of(fourcc).unpack(row, pixels);
}

void write_pixels(const Picture& picture, const ImageLayout& layout, WritableBytes memory) {
    if (picture.extent() != layout.extent) {
        throw std::invalid_argument(text::format("a {}x{} picture does not fit a {}x{} layout",
                                                 picture.extent().width, picture.extent().height,
                                                 layout.extent.width, layout.extent.height));
    }
    detail::require_no_fault(layout, memory);
    if (layout.format().is_ycbcr) {
        write_samples(to_ycbcr(picture, layout), layout, memory);
        return;
    }
    const FormatRow& format = packing_of(layout.fourcc);
    const std::span<std::byte> bytes = memory[layout.planes[0].buffer];
    for (std::uint32_t y = 0; y < layout.extent.height; ++y) {
        format.pack(picture.row(y), bytes.subspan(layout.offset_of(0, y), layout.row_bytes()));
    }
}

void write_pixels(const Picture& picture, const ImageLayout& layout, std::span<std::byte> memory) {
    write_pixels(picture, in_only_buffer(layout), std::array{memory});
}

Picture read_pixels(const ImageLayout& layout, BufferBytes memory) {
    detail::require_no_fault(layout, memory);
    if (layout.format().is_ycbcr) {
        return detail::ycbcr_picture(layout, memory);
    }
    const FormatRow& format = packing_of(layout.fourcc);
    const std::span<const std::byte> bytes = memory[layout.planes[0].buffer];
    Picture picture(layout.extent);
    for (std::uint32_t y = 0; y < layout.extent.height; ++y) {
        format.unpack(bytes.subspan(layout.offset_of(0, y), layout.row_bytes()), picture.row(y));
    }
    return picture;
}

Picture read_pixels(const ImageLayout& layout, std::span<const std::byte> memory) {
    return read_pixels(in_only_buffer(layout), std::array{memory});
}

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
    // The GPU may still make another picture of equal samples.
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
