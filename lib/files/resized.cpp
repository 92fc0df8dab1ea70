// SPDX-License-Identifier: MIT
#include "files/picture_file.hpp"

#include "parallax/text.hpp"

// Compiled in and static: Debian's libstb.so also has the older stb_image_resize, whose functions
// have the same names and other parameters, and the linker would use those.
#define STB_IMAGE_RESIZE_STATIC
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#include <stb/stb_image_resize2.h>

#include <algorithm>
#include <cmath>
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
        throw std::runtime_error(text::format("cannot scale a {}x{} picture to {}x{}", from.width,
                                              from.height, extent.width, extent.height));
    }
    return result;
}

Picture centred(const Picture& picture, Extent frame, double largest) {
    const Extent from = picture.extent();
    const double scale = std::min({static_cast<double>(frame.width) / from.width,
                                   static_cast<double>(frame.height) / from.height, largest});
    const auto side = [scale](std::uint32_t length, std::uint32_t limit) {
        return std::clamp(static_cast<std::uint32_t>(std::lround(length * scale)), 1U, limit);
    };
    const Extent size{.width = side(from.width, frame.width),
                      .height = side(from.height, frame.height)};
    const Picture scaled = resized(picture, size);
    Picture result(frame);
    const std::uint32_t left = (frame.width - size.width) / 2;
    const std::uint32_t top = (frame.height - size.height) / 2;
    for (std::uint32_t y = 0; y < size.height; ++y) {
        std::ranges::copy(scaled.row(y), result.row(top + y).subspan(left).begin());
    }
    return result;
}

} // namespace parallax
