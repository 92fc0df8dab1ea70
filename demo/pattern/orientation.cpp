// SPDX-License-Identifier: MIT
#include "pattern/orientation.hpp"

#include <cstdint>
#include <utility>

namespace parallax::demo {

Picture made_upright(const Picture& picture, const Orientation& orientation) {
    const Extent from = picture.extent();
    Extent extent = from;
    if (orientation.exchanges_sides) {
        std::swap(extent.width, extent.height);
    }
    Picture upright(extent);
    for (std::uint32_t y = 0; y < extent.height; ++y) {
        for (std::uint32_t x = 0; x < extent.width; ++x) {
            std::uint32_t column = orientation.exchanges_sides ? y : x;
            std::uint32_t row = orientation.exchanges_sides ? x : y;
            column = orientation.from_right ? from.width - 1 - column : column;
            row = orientation.from_bottom ? from.height - 1 - row : row;
            upright.at(x, y) = picture.at(column, row);
        }
    }
    return upright;
}

} // namespace parallax::demo
