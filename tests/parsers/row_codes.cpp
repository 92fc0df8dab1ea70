// SPDX-License-Identifier: MIT
// The codes of test patterns in screenshots, whatever they say: a row of a picture for each 8 bytes
// of the input.
#include "pattern/sightings.hpp"

#include "parallax/image/pixels.hpp"

#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

using namespace parallax;
using namespace parallax::demo;

namespace {

constexpr std::uint32_t width = 256;

/// A code that is drawn with the scale and at the place that the last two bytes say.
void draw_code(std::span<const std::uint8_t, 8> data, std::span<Rgba8> row) {
    const auto word = [&](std::size_t i) {
        return static_cast<std::uint16_t>(data[i] | data[i + 1] << 8U);
    };
    const Cells cells = encode(
        {.row = word(0) & 0x3fffU, .block = data[2] & 0xfU, .frame = data[3], .word = word(4)});
    const std::uint32_t scale = 1 + data[6] % 4U;
    for (std::uint32_t x = data[7]; x < row.size() && (x - data[7]) / scale < cells.size(); ++x) {
        const bool cell = cells.at((x - data[7]) / scale);
        row[x] = cell ? Rgba8{255, 255, 255} : Rgba8{0, 0, 0};
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto rows = static_cast<std::uint32_t>(size / 8);
    Picture picture({.width = width, .height = rows}, {.r = 200, .g = 20, .b = 90});
    for (std::uint32_t y = 0; y < rows; ++y) {
        draw_code(std::span<const std::uint8_t, 8>(data + std::size_t{y} * 8, 8), picture.row(y));
    }
    const std::vector<Sighting> codes = find_codes(picture);
    for (const Sighting& sighting : codes) {
        test::require(sighting.x + std::tuple_size_v<Cells> * sighting.scale <= width &&
                          sighting.y < rows,
                      "a code is within the picture");
        test::require(decode(encode(sighting.code)) == sighting.code, "a code can be written");
    }
    if (const auto stated = stated_pattern(codes)) {
        const ImageLayout& layout = stated->layout;
        test::require(layout.planes[0].stride >= layout.row_bytes() &&
                          layout.extent.width <= largest_side && layout.size() <= 1ULL << 31U,
                      "a layout can be");
    }
    std::size_t counted = 0;
    for (const SeenFrame& frame : seen_frames(codes)) {
        counted += frame.codes;
    }
    test::require(counted == codes.size(), "each code is of one frame");
    static_cast<void>(common_origin(codes));
    return 0;
}
