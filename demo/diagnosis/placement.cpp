// SPDX-License-Identifier: MIT
// Memory that is read with another stride or modifier than it was written with.
#include "diagnosis/evidence.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace parallax::demo {
namespace {

constexpr std::uint64_t largest_stride = std::uint64_t{1} << 20U; ///< bytes

/// A way to place the bytes of a row's pixels in tiles.
struct Tiles {
    std::string_view name;
    std::uint32_t width;  ///< bytes
    std::uint32_t height; ///< rows
    std::uint32_t
        column; ///< bytes of a column, which holds all rows of a tile; 0: rows follow each other
};

/// Drivers differ in the order of bits within a tile; most tiles have no name.
constexpr Tiles y_tiles{"I915_Y_TILED", 128, 32, 16};
constexpr Tiles x_tiles{"I915_X_TILED", 512, 8, 0};
constexpr std::array<std::uint32_t, 6> tile_widths{16, 32, 64, 128, 256, 512}; // bytes
constexpr std::array<std::uint32_t, 6> tile_heights{2, 4, 8, 16, 32, 64};

/// The address, from the offset on, of a byte of a row in tiled memory.
std::uint64_t tiled(const Tiles& tiles, std::uint64_t stride, std::uint64_t in_row,
                    std::uint64_t y) {
    const std::uint64_t tile = y / tiles.height * (stride / tiles.width) + in_row / tiles.width;
    const std::uint64_t x = in_row % tiles.width;
    const std::uint64_t row = y % tiles.height;
    const std::uint64_t within =
        tiles.column == 0
            ? row * tiles.width + x
            : (x / tiles.column * tiles.height + row) * tiles.column + x % tiles.column;
    return tile * tiles.width * tiles.height + within;
}

/// The byte of a row, and the row, of an address in tiled memory.
std::pair<std::uint64_t, std::uint64_t> untiled(const Tiles& tiles, std::uint64_t stride,
                                                std::uint64_t address) {
    const std::uint64_t size = std::uint64_t{tiles.width} * tiles.height;
    const std::uint64_t tile = address / size;
    const std::uint64_t within = address % size;
    const std::uint64_t across = stride / tiles.width;
    std::uint64_t x = within % tiles.width;
    std::uint64_t row = within / tiles.width;
    if (tiles.column != 0) {
        row = within / tiles.column % tiles.height;
        x = within / tiles.column / tiles.height * tiles.column + within % tiles.column;
    }
    return {tile % across * tiles.width + x, tile / across * tiles.height + row};
}

/// Reads each byte from the address that @p address_of gives for a byte of a row, from the offset
/// on: a pixel of three bytes may lie in two tiles.
template <typename AddressOf>
Prediction read_bytes(const Evidence& evidence, AddressOf address_of) {
    return [&evidence, address_of](Place at) -> std::optional<Rgba8> {
        std::array<std::byte, most_bytes> pixel{};
        const auto bytes = std::span(pixel).first(evidence.bytes());
        for (std::uint64_t in_row = std::uint64_t{at.x} * bytes.size(); std::byte & byte : bytes) {
            const std::uint64_t address = evidence.offset() + address_of(in_row++, at.y);
            if (!evidence.was_written(static_cast<std::int64_t>(address), 1)) {
                return std::nullopt;
            }
            byte = evidence.memory()[address];
        }
        return evidence.pixel_of(bytes);
    };
}

Prediction read_tiled(const Evidence& evidence, Tiles tiles) {
    return read_bytes(evidence,
                      [stride = evidence.stride(), tiles](std::uint64_t in_row, std::uint64_t y) {
                          return tiled(tiles, stride, in_row, y);
                      });
}

Prediction written_tiled(const Evidence& evidence, Tiles tiles) {
    return read_bytes(evidence,
                      [stride = evidence.stride(), tiles](std::uint64_t in_row, std::uint64_t y) {
                          const auto [from, row] = untiled(tiles, stride, y * stride + in_row);
                          return row * stride + from;
                      });
}

std::string tile_text(const Tiles& tiles) {
    return text::format("tiles of {} bytes and {} rows{}{}", tiles.width, tiles.height,
                        tiles.name.empty() ? "" : ", ", tiles.name);
}

void offer_tiles(const Evidence& evidence, const Tiles& tiles, Shortlist& shortlist) {
    if (evidence.stride() % tiles.width != 0) {
        return;
    }
    shortlist.offer(read_tiled(evidence, tiles), 0, [&] {
        return text::format("tiling: written linear, and read in {}", tile_text(tiles));
    });
    shortlist.offer(written_tiled(evidence, tiles), 0, [&] {
        return text::format("tiling: written in {}, and read linear", tile_text(tiles));
    });
}

} // namespace

Prediction read_at(const Evidence& evidence, std::int64_t offset, std::uint64_t stride) {
    return [&evidence, offset, stride, bytes = evidence.bytes()](Place at) {
        return evidence.at(offset + static_cast<std::int64_t>(at.y * stride) +
                           static_cast<std::int64_t>(std::uint64_t{at.x} * bytes));
    };
}

void find_stride(const Evidence& evidence, std::vector<Hypothesis>& found) {
    Shortlist shortlist(evidence, Cause::stride);
    const std::uint64_t most = std::min(4 * evidence.stride(), largest_stride);
    for (std::uint64_t stride = evidence.bytes(); stride <= most; ++stride) {
        if (stride != evidence.stride()) {
            shortlist.offer(
                read_at(evidence, static_cast<std::int64_t>(evidence.offset()), stride), 0, [&] {
                    return text::format(
                        "stride: the rows were written {} bytes apart, and read {} bytes apart",
                        evidence.stride(), stride);
                });
        }
    }
    shortlist.add_to(found);
}

void find_tiling(const Evidence& evidence, std::vector<Hypothesis>& found) {
    Shortlist shortlist(evidence, Cause::tiling);
    offer_tiles(evidence, y_tiles, shortlist);
    for (const std::uint32_t width : tile_widths) {
        for (const std::uint32_t height : tile_heights) {
            const bool is_x = width == x_tiles.width && height == x_tiles.height;
            offer_tiles(evidence,
                        is_x ? x_tiles
                             : Tiles{.name = "", .width = width, .height = height, .column = 0},
                        shortlist);
        }
    }
    shortlist.add_to(found);
}

} // namespace parallax::demo
