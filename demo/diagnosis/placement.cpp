// SPDX-License-Identifier: MIT
// Memory that is read with another stride, offset or modifier than it was written with.
#include "diagnosis/evidence.hpp"

#include <algorithm>
#include <array>
#include <format>
#include <string_view>
#include <utility>

namespace parallax::demo {
namespace {

constexpr std::uint64_t farthest_offset = std::uint64_t{16} << 20U; ///< bytes

/// Reads the layout's format at stride * y + bytes * x + offset.
Prediction read_at(const Evidence& evidence, std::int64_t offset, std::uint64_t stride) {
    return [&evidence, offset, stride, bytes = evidence.bytes()](Place at) {
        return evidence.at(offset + static_cast<std::int64_t>(at.y * stride) +
                           static_cast<std::int64_t>(std::uint64_t{at.x} * bytes));
    };
}

/// The best of many predictions, by the samples.
class Best {
public:
    explicit Best(const Evidence& evidence) : evidence_(evidence) {}

    /// @return true if it is the best so far.
    bool offer(Prediction predict) {
        const double explained = evidence_.of_samples(predict);
        if (explained <= explained_) {
            return false;
        }
        explained_ = explained;
        predict_ = std::move(predict);
        return true;
    }

    void add_to(std::vector<Hypothesis>& found, Cause cause, std::string sentence) {
        if (predict_) {
            found.push_back(
                {.cause = cause, .sentence = std::move(sentence), .predict = std::move(predict_)});
        }
    }

private:
    const Evidence& evidence_;
    Prediction predict_;
    double explained_ = 0;
};

/// A way to place the bytes of a row's pixels in tiles.
struct Tiles {
    std::string_view name;
    std::uint32_t width;  ///< bytes
    std::uint32_t height; ///< rows
    std::uint32_t
        column; ///< bytes of a column, which holds all rows of a tile; 0: rows follow each other
};

/// Modifiers with these tiles, of which drivers differ in the order of bits within a tile; and
/// tiles that have no name.
constexpr std::array named_tiles{
    Tiles{"I915_X_TILED", 512, 8, 0},
    Tiles{"I915_Y_TILED", 128, 32, 16},
};
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

Prediction read_tiled(const Evidence& evidence, Tiles tiles) {
    return [&evidence, tiles, bytes = std::uint64_t{evidence.bytes()}](Place at) {
        return evidence.at(static_cast<std::int64_t>(
            evidence.offset() + tiled(tiles, evidence.stride(), at.x * bytes, at.y)));
    };
}

Prediction written_tiled(const Evidence& evidence, Tiles tiles) {
    return [&evidence, tiles,
            bytes = std::uint64_t{evidence.bytes()}](Place at) -> std::optional<Rgba8> {
        const auto [in_row, y] =
            untiled(tiles, evidence.stride(), at.y * evidence.stride() + at.x * bytes);
        const auto [width, height] = evidence.layout().extent;
        if (in_row / bytes >= width || y >= height) {
            return std::nullopt;
        }
        return evidence.written().at(static_cast<std::uint32_t>(in_row / bytes),
                                     static_cast<std::uint32_t>(y));
    };
}

std::string tile_text(const Tiles& tiles) {
    return std::format("tiles of {} bytes and {} rows{}{}", tiles.width, tiles.height,
                       tiles.name.empty() ? "" : ", ", tiles.name);
}

void offer_tiles(const Evidence& evidence, const Tiles& tiles, std::vector<Hypothesis>& found) {
    if (evidence.stride() % tiles.width != 0) {
        return;
    }
    Best read(evidence);
    if (read.offer(read_tiled(evidence, tiles))) {
        read.add_to(found, Cause::tiling,
                    std::format("tiling: written linear, and read in {}", tile_text(tiles)));
    }
    Best written(evidence);
    if (written.offer(written_tiled(evidence, tiles))) {
        written.add_to(found, Cause::tiling,
                       std::format("tiling: written in {}, and read linear", tile_text(tiles)));
    }
}

} // namespace

void find_stride(const Evidence& evidence, std::vector<Hypothesis>& found) {
    Best best(evidence);
    std::uint64_t seen = 0;
    for (std::uint64_t stride = evidence.bytes(); stride <= 4 * evidence.stride(); ++stride) {
        if (stride != evidence.stride() &&
            best.offer(read_at(evidence, static_cast<std::int64_t>(evidence.offset()), stride))) {
            seen = stride;
        }
    }
    best.add_to(found, Cause::stride,
                std::format("stride: the rows were written {} bytes apart, and read {} bytes apart",
                            evidence.stride(), seen));
}

void find_offset(const Evidence& evidence, std::vector<Hypothesis>& found) {
    const auto samples =
        evidence.samples().first(std::min<std::size_t>(evidence.samples().size(), 4));
    const auto at = static_cast<std::int64_t>(evidence.offset());
    const auto most = static_cast<std::int64_t>(
        std::min<std::uint64_t>(evidence.memory().size(), farthest_offset));
    Best best(evidence);
    std::int64_t seen = 0;
    for (std::int64_t offset = at - most; offset <= at + most; ++offset) {
        // Of four pixels, no two wrong: nearly all offsets end here.
        const auto is_wrong = [&](Place place) {
            const auto pixel = evidence.at(
                offset + static_cast<std::int64_t>(place.y * evidence.stride() +
                                                   std::uint64_t{place.x} * evidence.bytes()));
            return pixel && *pixel != evidence.seen().at(place.x, place.y);
        };
        if (offset != at && std::ranges::count_if(samples, is_wrong) < 2 &&
            best.offer(read_at(evidence, offset, evidence.stride()))) {
            seen = offset;
        }
    }
    best.add_to(
        found, Cause::offset,
        std::format("offset: the picture was written from byte {} on, and read from byte {}", at,
                    seen));
}

void find_tiling(const Evidence& evidence, std::vector<Hypothesis>& found) {
    for (const Tiles& tiles : named_tiles) {
        offer_tiles(evidence, tiles, found);
    }
    for (const std::uint32_t width : tile_widths) {
        for (const std::uint32_t height : tile_heights) {
            offer_tiles(evidence, {.name = "", .width = width, .height = height, .column = 0},
                        found);
        }
    }
}

} // namespace parallax::demo
