// SPDX-License-Identifier: MIT
#include "viewers/painter.hpp"

#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace parallax::demo {
namespace {

// A tile, as Intel's X tiles: rows of 512 bytes, one after the other.
constexpr std::uint64_t tile_width = 512;
constexpr std::uint64_t tile_rows = 8;

/// Calls @p copy with the places of each row of each tile, in bytes: in rows, and in tiles. What is
/// no whole tile lies at the same place in both.
template <class Copy>
void for_each_tile_row(const ImageLayout& layout, Copy copy) {
    const std::uint64_t stride = layout.planes[0].stride;
    const std::uint64_t offset = layout.planes[0].offset;
    const std::uint64_t whole = layout.extent.height / tile_rows * tile_rows;
    for (std::uint64_t y = 0; y < layout.extent.height; ++y) {
        for (std::uint64_t x = 0; x < stride; x += tile_width) {
            const std::uint64_t place = y * stride + x;
            const std::uint64_t tile = y / tile_rows * (stride / tile_width) + x / tile_width;
            const std::uint64_t in_tiles = (tile * tile_rows + y % tile_rows) * tile_width;
            copy(offset + place, offset + (y < whole ? in_tiles : place));
        }
    }
}

/// Bytes up to the end of the last row, its padding included.
std::uint64_t whole_rows(const ImageLayout& layout) {
    return layout.planes[0].offset + layout.planes[0].stride * layout.extent.height;
}

} // namespace

std::string refuse_tiles(const ImageLayout& layout, std::uint64_t buffer_size) {
    const std::uint64_t stride = layout.planes[0].stride;
    if (stride % tile_width != 0 || layout.extent.height < tile_rows) {
        return text::format(
            "a picture of {} rows of {} bytes does not consist of tiles of {} rows of "
            "{} bytes; choose another --size",
            layout.extent.height, stride, tile_rows, tile_width);
    }
    if (whole_rows(layout) > buffer_size) {
        return text::format("the buffer's {} bytes end within the last row", buffer_size);
    }
    return {};
}

Painter::Painter(SharedImage& image, const Mistake* mistake) : image_(image) {
    if (mistake != nullptr && mistake->culprit == Culprit::sync) {
        unsynced_ = map_without_sync(image.buffer());
    }
    tiles_ = mistake != nullptr && mistake->culprit == Culprit::tiles;
}

bool Painter::can_paint() const {
    return image_.drawn().writable();
}

void Painter::paint(const Picture& picture) {
    if (unsynced_) {
        write_pixels(picture, image_.layout(), unsynced_->get());
        return;
    }
    if (!tiles_) {
        image_.paint(picture);
        return;
    }
    std::vector<std::byte> rows(whole_rows(image_.layout()));
    write_pixels(picture, image_.layout(), rows);
    const CpuWrite access(image_.mapping());
    for_each_tile_row(image_.layout(), [&](std::uint64_t in_rows, std::uint64_t in_tiles) {
        std::ranges::copy(std::span(rows).subspan(in_rows, tile_width),
                          access.bytes().subspan(in_tiles).begin());
    });
}

SampledPicture Painter::view() const {
    if (unsynced_) {
        return read_sampled(image_.layout(), unsynced_->get());
    }
    if (!tiles_) {
        return image_.view();
    }
    std::vector<std::byte> rows(whole_rows(image_.layout()));
    const CpuRead access(image_.mapping());
    for_each_tile_row(image_.layout(), [&](std::uint64_t in_rows, std::uint64_t in_tiles) {
        std::ranges::copy(access.bytes().subspan(in_tiles, tile_width),
                          std::span(rows).subspan(in_rows).begin());
    });
    return read_sampled(image_.layout(), rows);
}

} // namespace parallax::demo
