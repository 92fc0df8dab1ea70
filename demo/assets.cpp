// SPDX-License-Identifier: MIT
#include "assets.hpp"

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

} // namespace parallax::demo
