// SPDX-License-Identifier: MIT
#include "report/contact_sheet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

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
    const std::array panels{TitledPicture{.title = "one", .picture = &one},
                            TitledPicture{.title = "two", .picture = &two}};
    const Picture sheet = contact_sheet(panels, "caption");
    EXPECT_TRUE(contains(sheet, one));
    EXPECT_TRUE(contains(sheet, two));
}

TEST(ContactSheet, IsWideEnoughForItsWords) {
    const Picture dot = opaque_pattern({1, 1}, 1);
    const std::array panels{
        TitledPicture{.title = "a title much wider than the picture", .picture = &dot}};
    EXPECT_GT(contact_sheet(panels, "").extent().width, 150U);
    EXPECT_GT(contact_sheet(panels, std::string(100, 'w')).extent().width, 500U);
}

TEST(ContactSheet, HasFourPanelsInARowAtMost) {
    const auto sheet = [](std::size_t count, Extent extent) {
        const Picture picture = opaque_pattern(extent, 1);
        return contact_sheet(std::vector(count, TitledPicture{.title = "", .picture = &picture}),
                             "")
            .extent();
    };
    constexpr std::uint32_t wide = 200;
    constexpr std::uint32_t high = 300;
    for (const auto& [count, columns, rows] :
         {std::tuple(1U, 1U, 1U), std::tuple(4U, 4U, 1U), std::tuple(5U, 3U, 2U),
          std::tuple(8U, 4U, 2U), std::tuple(9U, 3U, 3U)}) {
        const Extent size = sheet(count, {.width = wide, .height = high});
        EXPECT_EQ(size.width / wide, columns) << count;
        EXPECT_EQ(size.height / high, rows) << count;
    }
}

TEST(ContactSheet, ShowsEveryPanelOfSeveralRows) {
    const Picture twice = opaque_pattern({9, 8}, 0);
    std::vector<Picture> pictures;
    std::vector<TitledPicture> panels;
    for (std::uint32_t i = 1; i < 10; ++i) {
        pictures.push_back(opaque_pattern({9 + i, 20 - i}, i));
    }
    for (const Picture& picture : pictures) {
        panels.push_back({.title = "a title", .picture = &picture});
    }
    const Picture sheet = contact_sheet(panels, "caption");
    for (const Picture& picture : pictures) {
        EXPECT_TRUE(contains(sheet, picture)) << picture.extent().width;
    }
    EXPECT_FALSE(contains(sheet, twice));
}

TEST(ContactSheet, BreaksACaptionIntoLinesInsteadOfBecomingWider) {
    const Picture picture = opaque_pattern({300, 10}, 1);
    const std::array panels{TitledPicture{.title = "", .picture = &picture}};
    const Extent one = contact_sheet(panels, "word").extent();
    std::string words = "word";
    for (int i = 1; i < 100; ++i) {
        words += " word";
    }
    const Extent many = contact_sheet(panels, words).extent();
    EXPECT_EQ(many.width, one.width);
    EXPECT_GT(many.height, one.height + 5 * 16);
}

/// Rows of the sheet, below the pictures, that have something brighter than the paper in them.
std::size_t rows_of_headline(const Picture& sheet, std::uint32_t tallest) {
    std::size_t rows = 0;
    for (std::uint32_t y = sheet.extent().height / 2 + tallest / 2; y < sheet.extent().height;
         ++y) {
        rows += std::ranges::any_of(sheet.row(y), [](const Rgba8& p) { return p.r > 150; }) ? 1 : 0;
    }
    return rows;
}

TEST(ContactSheet, HeadlineGrowsWithThePictures) {
    const auto headline = [](std::uint32_t width) {
        const Picture picture({width, 40});
        const std::array panels{TitledPicture{.title = "", .picture = &picture},
                                TitledPicture{.title = "", .picture = &picture}};
        return rows_of_headline(contact_sheet(panels, "Hg"), 40);
    };
    // From the top of an H to the bottom of a g, if a README shows 2000 pixels as 900.
    EXPECT_GE(headline(1000), 30U);
    EXPECT_GE(headline(100), 8U);
    EXPECT_LT(headline(100), 20U);
}

TEST(ContactSheet, LettersHaveSmoothEdgesAndNoneIsMissing) {
    const Picture dot({1, 1});
    const std::array panels{TitledPicture{.title = "", .picture = &dot}};
    const Picture blank = contact_sheet(panels, "     ");
    for (char letter = '!'; letter <= '~'; ++letter) {
        const Picture sheet = contact_sheet(panels, std::string(5, letter));
        EXPECT_TRUE(std::ranges::any_of(sheet.pixels(), [](const Rgba8& p) { return p.r > 90; }))
            << letter;
    }
    const Picture words = contact_sheet(panels, "smooth");
    const auto between = [](const Rgba8& p) { return p.r > 100 && p.r < 200; };
    EXPECT_GT(std::ranges::count_if(words.pixels(), between), 20);
    EXPECT_EQ(std::ranges::count_if(blank.pixels(), between), 0);
}

TEST(ContactSheet, OtherBytesAreQuestionMarks) {
    const Picture dot({1, 1});
    const std::array panels{TitledPicture{.title = "", .picture = &dot}};
    EXPECT_TRUE(std::ranges::equal(contact_sheet(panels, "a\xc3\n").pixels(),
                                   contact_sheet(panels, "a??").pixels()));
}

// The font has ASCII only: the address sanitizer would report an access beyond it.
TEST(ContactSheet, WordsThatItsFontHasNotAreShownAsQuestionMarks) {
    const Picture dot = opaque_pattern({1, 1}, 1);
    const auto sheet = [&](const char* words) {
        return contact_sheet(std::array{TitledPicture{.title = words, .picture = &dot}}, words);
    };
    EXPECT_EQ(sheet("Cam\u00e9ra\n"), sheet("Cam?ra?"));
}

TEST(ContactSheet, IsMadeSmallerWhereNoFileWouldTakeIt) {
    // High rather than wide, so that it takes little memory.
    Picture black({.width = 2, .height = largest_side}, {.a = 255});
    Picture dotted = black;
    dotted.at(1, 5001) = {.r = 255, .g = 7, .b = 0, .a = 255};
    const std::array panels{TitledPicture{.title = "", .picture = &black},
                            TitledPicture{.title = "", .picture = &dotted}};
    const Picture sheet = contact_sheet(panels, "");
    EXPECT_LE(sheet.extent().height, largest_side);
    EXPECT_TRUE(std::ranges::contains(sheet.pixels(), Rgba8{.r = 255, .g = 7, .b = 0, .a = 255}));
    const Picture wide({.width = largest_side, .height = 2});
    const std::vector<TitledPicture> six(6, TitledPicture{.title = "", .picture = &wide});
    EXPECT_LE(contact_sheet(six, "").extent().width, largest_side);
}

} // namespace
} // namespace parallax
