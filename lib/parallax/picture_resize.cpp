// SPDX-License-Identifier: MIT
#include "parallax/picture.hpp"

// Compiled in here, and static: Debian's libstb.so also has the older stb_image_resize, whose
// functions have the same names and other parameters, and the linker would take those.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define STB_IMAGE_RESIZE_STATIC
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#include <stb/stb_image_resize2.h>
#pragma GCC diagnostic pop

#include <format>
#include <stdexcept>

namespace parallax {

Picture resized(const Picture& picture, Extent extent) {
    if (picture.extent() == extent) {
        return picture;
    }
    Picture result(extent);
    const Extent from = picture.extent();
    const auto* const in = reinterpret_cast<const unsigned char*>(picture.pixels().data());
    auto* const out = reinterpret_cast<unsigned char*>(result.pixels().data());
    if (stbir_resize_uint8_srgb(in, static_cast<int>(from.width), static_cast<int>(from.height), 0,
                                out, static_cast<int>(extent.width),
                                static_cast<int>(extent.height), 0, STBIR_RGBA) == nullptr) {
        throw std::runtime_error(std::format("cannot scale a {}x{} picture to {}x{}", from.width,
                                             from.height, extent.width, extent.height));
    }
    return result;
}

} // namespace parallax
