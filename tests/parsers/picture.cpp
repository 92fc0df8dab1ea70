// SPDX-License-Identifier: MIT
// PNG and JPEG files: accepted or refused; accepted pictures can be used.
#include "parallax/image/picture.hpp"
#include "files/picture_file.hpp"

#include "require.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string_view>

using namespace parallax;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const Picture picture = decode_picture({data, size}, "the file");
        const Extent extent = picture.extent();
        test::require(extent.width > 0 && extent.height > 0, "a picture has pixels");
        test::require(extent.width <= 16384 && extent.height <= 16384, "a device can take it");
        test::require(picture.pixels().size() == extent.pixels(), "all of them are there");
        const Picture small = resized(picture, {.width = 3, .height = 5});
        test::require(small.pixels().size() == 15, "it can be scaled");
    } catch (const std::runtime_error& error) {
        const std::string_view what = error.what();
        test::require(what.starts_with("the file "), "it is named");
        test::require(!what.ends_with(' '), "there is a reason");
        test::require(std::ranges::all_of(what, [](char c) { return c >= ' ' && c <= '~'; }),
                      "a terminal can show it");
    }
    return 0;
}
