// SPDX-License-Identifier: MIT
#include "parallax/image/pixels.hpp"

#include "parallax/image/format_table.hpp"
#include "parallax/printable.hpp"

#include <format>
#include <stdexcept>

namespace parallax {
namespace {

static_assert(sizeof(Rgba8) == 4);

using detail::FormatRow;

const FormatRow& packing_of(std::uint32_t fourcc) {
    const FormatRow* const row = detail::find_format_row(fourcc);
    if (row == nullptr || row->pack == nullptr) {
        throw std::invalid_argument(
            std::format("{} has no pixels of red, green and blue", format_of(fourcc).name));
    }
    return *row;
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

void write_pixels(const Picture& picture, const ImageLayout& layout, std::span<std::byte> memory) {
    const FormatRow& format = packing_of(layout.fourcc);
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
    const FormatRow& format = packing_of(layout.fourcc);
    require_fits(layout, memory.size());
    Picture picture(layout.extent);
    for (std::uint32_t y = 0; y < layout.extent.height; ++y) {
        format.unpack(memory.subspan(layout.offset_of(0, y), layout.row_bytes()), picture.row(y));
    }
    return picture;
}

} // namespace parallax
