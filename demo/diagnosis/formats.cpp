// SPDX-License-Identifier: MIT
// Memory that is read as another format than it was written as.
#include "diagnosis/evidence.hpp"

#include "parallax/image/format.hpp"
#include "parallax/image/packed.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace parallax::demo {
namespace {

using detail::Channels;
using detail::Packed;

/// A format that only readers take. One that pack() learns is taken from there instead.
struct Reading {
    std::string_view name;
    std::uint32_t bytes;
    void (*unpack)(std::span<const std::byte> row, std::span<Rgba8> pixels);
};

/// @tparam channels of red, green, blue and alpha, the lowest bit and the number of bits.
template <std::uint32_t bytes, Channels channels>
constexpr Reading reading(std::string_view name) {
    return {.name = name, .bytes = bytes, .unpack = Packed<bytes, channels>::unpack};
}

constexpr std::array readings{
    reading<4, Channels{{24, 8}, {16, 8}, {8, 8}}>("RGBX8888"),
    reading<4, Channels{{8, 8}, {16, 8}, {24, 8}}>("BGRX8888"),
    reading<4, Channels{{24, 8}, {16, 8}, {8, 8}, {0, 8}}>("RGBA8888"),
    reading<4, Channels{{8, 8}, {16, 8}, {24, 8}, {0, 8}}>("BGRA8888"),
    reading<4, Channels{{20, 10}, {10, 10}, {0, 10}}>("XRGB2101010"),
    reading<4, Channels{{0, 10}, {10, 10}, {20, 10}}>("XBGR2101010"),
    reading<4, Channels{{20, 10}, {10, 10}, {0, 10}, {30, 2}}>("ARGB2101010"),
    reading<4, Channels{{0, 10}, {10, 10}, {20, 10}, {30, 2}}>("ABGR2101010"),
    reading<8, Channels{{0, 16}, {16, 16}, {32, 16}, {}, true}>("XBGR16161616F"),
    reading<8, Channels{{32, 16}, {16, 16}, {0, 16}, {48, 16}, true}>("ARGB16161616F"),
    reading<3, Channels{{16, 8}, {8, 8}, {0, 8}}>("RGB888"),
    reading<3, Channels{{0, 8}, {8, 8}, {16, 8}}>("BGR888"),
    reading<2, Channels{{0, 5}, {5, 6}, {11, 5}}>("BGR565"),
    reading<2, Channels{{10, 5}, {5, 5}, {0, 5}}>("XRGB1555"),
    reading<2, Channels{{0, 5}, {5, 5}, {10, 5}}>("XBGR1555"),
    reading<2, Channels{{10, 5}, {5, 5}, {0, 5}, {15, 1}}>("ARGB1555"),
    reading<2, Channels{{8, 4}, {4, 4}, {0, 4}, {12, 4}}>("ARGB4444"),
    reading<1, Channels{{0, 8}, {}, {}}>("R8"),
    reading<2, Channels{{0, 8}, {8, 8}, {}}>("GR88"),
};

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
            return text::format("format: written as {}, and read as {}",
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
                  pixels_by(evidence, reading.bytes, [&reading](std::span<const std::byte> bytes) {
                      Rgba8 pixel;
                      reading.unpack(bytes, {&pixel, 1});
                      return pixel;
                  }));
        }
    }
    shortlist.add_to(found);
}

} // namespace parallax::demo
