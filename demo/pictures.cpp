// SPDX-License-Identifier: MIT
#include "pictures.hpp"

#include "files/picture_file.hpp"

#include <algorithm>
#include <span>

// Set by assets.S, which includes the files as they are.
extern "C" {
extern const unsigned char parallax_png_start[];
extern const unsigned char parallax_png_end[];
}

namespace parallax::demo {

Picture default_picture() {
    return decode_picture(std::span(parallax_png_start, parallax_png_end), "assets/parallax.png");
}

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
