// SPDX-License-Identifier: MIT
// Memory that is read as another format than it was written as.
#include "diagnosis/evidence.hpp"

#include "parallax/image/format.hpp"
#include "parallax/image/pixels.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <format>
#include <functional>
#include <span>
#include <string_view>
#include <utility>

namespace parallax::demo {
namespace {

/// Bits of a channel in a little-endian word; no bits: the channel is absent.
struct Bits {
    std::uint32_t shift = 0;
    std::uint32_t count = 0;
};

/// A format that only readers take. One that pack() learns is taken from there instead.
struct Reading {
    std::string_view name;
    std::uint32_t bytes;
    Bits r, g, b, a;
};

constexpr std::array readings{
    Reading{"RGBX8888", 4, {24, 8}, {16, 8}, {8, 8}, {}},
    Reading{"BGRX8888", 4, {8, 8}, {16, 8}, {24, 8}, {}},
    Reading{"RGBA8888", 4, {24, 8}, {16, 8}, {8, 8}, {0, 8}},
    Reading{"BGRA8888", 4, {8, 8}, {16, 8}, {24, 8}, {0, 8}},
    Reading{"XRGB2101010", 4, {20, 10}, {10, 10}, {0, 10}, {}},
    Reading{"XBGR2101010", 4, {0, 10}, {10, 10}, {20, 10}, {}},
    Reading{"ARGB2101010", 4, {20, 10}, {10, 10}, {0, 10}, {30, 2}},
    Reading{"ABGR2101010", 4, {0, 10}, {10, 10}, {20, 10}, {30, 2}},
    Reading{"RGB888", 3, {16, 8}, {8, 8}, {0, 8}, {}},
    Reading{"BGR888", 3, {0, 8}, {8, 8}, {16, 8}, {}},
    Reading{"BGR565", 2, {0, 5}, {5, 6}, {11, 5}, {}},
    Reading{"XRGB1555", 2, {10, 5}, {5, 5}, {0, 5}, {}},
    Reading{"XBGR1555", 2, {0, 5}, {5, 5}, {10, 5}, {}},
    Reading{"ARGB1555", 2, {10, 5}, {5, 5}, {0, 5}, {15, 1}},
    Reading{"ARGB4444", 2, {8, 4}, {4, 4}, {0, 4}, {12, 4}},
    Reading{"R8", 1, {0, 8}, {}, {}, {}},
    Reading{"GR88", 2, {0, 8}, {8, 8}, {}, {}},
};

std::uint8_t channel(std::uint32_t word, Bits bits, std::uint8_t absent) {
    if (bits.count == 0) {
        return absent;
    }
    const std::uint32_t most = (1U << bits.count) - 1;
    return static_cast<std::uint8_t>(((word >> bits.shift & most) * 255 + most / 2) / most);
}

Rgba8 pixel_as(const Reading& reading, std::span<const std::byte> pixel) {
    std::uint32_t word = 0;
    std::memcpy(&word, pixel.data(), reading.bytes);
    return {.r = channel(word, reading.r, 0),
            .g = channel(word, reading.g, 0),
            .b = channel(word, reading.b, 0),
            .a = channel(word, reading.a, 255)};
}

bool can_unpack(std::string_view name) {
    const Format* const format = parallax::find_format(name);
    return format != nullptr && std::ranges::contains(rgb_fourccs(), format->fourcc);
}

/// @param bytes of a pixel.
/// @param convert makes a colour of them.
template <typename Convert>
Prediction pixels_by(const Evidence& evidence, std::uint32_t bytes, Convert convert) {
    return [&evidence, bytes, convert](Place at) -> std::optional<Rgba8> {
        const std::uint64_t address =
            evidence.offset() + at.y * evidence.stride() + std::uint64_t{at.x} * bytes;
        // Beyond the row is padding, or the next row of a reader with larger pixels.
        if (!evidence.was_written(static_cast<std::int64_t>(address), bytes)) {
            return std::nullopt;
        }
        return convert(evidence.memory().subspan(address, bytes));
    };
}

} // namespace

void find_format(const Evidence& evidence, std::vector<Hypothesis>& found) {
    Shortlist shortlist(evidence, Cause::format);
    const auto offer = [&](std::string_view name, Prediction predict) {
        shortlist.offer(std::move(predict), 1, [&] {
            return std::format("format: written as {}, and read as {}",
                               evidence.layout().format().name, name);
        });
    };
    for (const std::uint32_t fourcc : rgb_fourccs()) {
        const Format& format = format_of(fourcc);
        offer(format.name,
              pixels_by(evidence, format.bytes(), [fourcc](std::span<const std::byte> bytes) {
                  Rgba8 pixel;
                  unpack(fourcc, bytes, {&pixel, 1});
                  return pixel;
              }));
    }
    for (const Reading& reading : readings) {
        if (!can_unpack(reading.name)) {
            offer(reading.name,
                  pixels_by(evidence, reading.bytes, std::bind_front(pixel_as, reading)));
        }
    }
    shortlist.add_to(found);
}

} // namespace parallax::demo
