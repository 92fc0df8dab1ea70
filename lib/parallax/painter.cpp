// SPDX-License-Identifier: MIT
#include "parallax/painter.hpp"

#include <format>
#include <stdexcept>

namespace parallax {
namespace {

void require_fits(const ImageLayout& layout, std::size_t held) {
    if (layout.stride < layout.row_bytes() || layout.size() > held) {
        throw std::invalid_argument(std::format(
            "a {}x{} {} picture with stride {} at offset {} needs {} bytes; the buffer holds {}",
            layout.extent.width, layout.extent.height, layout.format->name, layout.stride,
            layout.offset, layout.size(), held));
    }
}

} // namespace

void paint(const Picture& picture, const ImageLayout& layout, std::span<std::byte> memory) {
    if (picture.extent() != layout.extent) {
        throw std::invalid_argument(std::format("a {}x{} picture does not fit a {}x{} layout",
                                                picture.extent().width, picture.extent().height,
                                                layout.extent.width, layout.extent.height));
    }
    require_fits(layout, memory.size());
    for (std::uint32_t y = 0; y < layout.extent.height; ++y) {
        layout.format->pack(picture.row(y),
                            memory.subspan(layout.offset_of(0, y), layout.row_bytes()));
    }
}

Picture view(const ImageLayout& layout, std::span<const std::byte> memory) {
    require_fits(layout, memory.size());
    Picture picture(layout.extent);
    for (std::uint32_t y = 0; y < layout.extent.height; ++y) {
        layout.format->unpack(memory.subspan(layout.offset_of(0, y), layout.row_bytes()),
                              picture.row(y));
    }
    return picture;
}

} // namespace parallax
