// SPDX-License-Identifier: MIT
#include "parallax/contact_sheet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace parallax {
namespace {

bool contains(const Picture& sheet, const Picture& part) {
    const Extent whole = sheet.extent();
    const Extent size = part.extent();
    for (std::uint32_t top = 0; top + size.height <= whole.height; ++top) {
        for (std::uint32_t left = 0; left + size.width <= whole.width; ++left) {
            bool same = true;
            for (std::uint32_t y = 0; same && y < size.height; ++y) {
                same =
                    std::ranges::equal(sheet.row(top + y).subspan(left, size.width), part.row(y));
            }
            if (same) {
                return true;
            }
        }
    }
    return false;
}

Picture opaque_pattern(Extent extent, std::uint32_t seed) {
    Picture picture = test_pattern(extent, seed);
    for (Rgba8& pixel : picture.pixels()) {
        pixel.a = 255;
    }
    return picture;
}

TEST(ContactSheet, ShowsEveryPanelWhole) {
    const Picture one = opaque_pattern({20, 9}, 1);
    const Picture two = opaque_pattern({3, 30}, 2);
    const std::array panels{Panel{.title = "one", .picture = &one},
                            Panel{.title = "two", .picture = &two}};
    const Picture sheet = contact_sheet(panels, "caption");
    EXPECT_TRUE(contains(sheet, one));
    EXPECT_TRUE(contains(sheet, two));
}

TEST(ContactSheet, IsWideEnoughForItsWords) {
    const Picture dot = opaque_pattern({1, 1}, 1);
    const std::array panels{Panel{.title = "a title much wider than the picture", .picture = &dot}};
    EXPECT_GT(contact_sheet(panels, "").extent().width, 150U);
    EXPECT_GT(contact_sheet(panels, std::string(100, 'w')).extent().width, 500U);
}

} // namespace
} // namespace parallax
