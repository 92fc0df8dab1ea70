// SPDX-License-Identifier: MIT
#include "views/moved_picture.hpp"

#include <algorithm>

namespace parallax::demo {

Picture moved_picture(const Picture& picture, std::uint64_t sequence) {
    Picture moved(picture.extent());
    const auto by = static_cast<std::ptrdiff_t>(sequence * 8 % picture.extent().width);
    for (std::uint32_t y = 0; y < picture.extent().height; ++y) {
        const auto row = picture.row(y);
        std::ranges::rotate_copy(row, row.begin() + by, moved.row(y).begin());
    }
    return moved;
}

} // namespace parallax::demo
