// SPDX-License-Identifier: MIT
#include "parallax/image/picture.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace parallax {
namespace {

constexpr Extent compared_extent{.width = 7, .height = 5};

TEST(Comparison, OfEqualPicturesFindsNothing) {
    const Comparison result =
        compare(test_pattern(compared_extent, 1), test_pattern(compared_extent, 1));
    EXPECT_TRUE(result.equal());
    EXPECT_EQ(result.compared, 35U);
    EXPECT_EQ(result.different, 0U);
    EXPECT_FALSE(result.first);
}

TEST(Comparison, OfNothingIsNoProof) {
    EXPECT_FALSE(compare(Picture(), Picture()).equal());
}

// Each channel alone, and the corner pixels, which a comparison of a part would miss.
TEST(Comparison, FindsOneChannelOfOnePixelAnywhere) {
    for (const auto channel : {&Rgba8::r, &Rgba8::g, &Rgba8::b, &Rgba8::a}) {
        for (const auto& [x, y] : {std::pair{0U, 0U}, {6U, 0U}, {0U, 4U}, {6U, 4U}, {3U, 2U}}) {
            const Picture left(compared_extent);
            Picture right(compared_extent);
            (right.at(x, y).*channel) ^= 1;
            const Comparison result = compare(left, right);
            EXPECT_EQ(result.different, 1U);
            EXPECT_EQ(result.largest, 1);
            ASSERT_TRUE(result.first);
            EXPECT_EQ(result.first->x, x);
            EXPECT_EQ(result.first->y, y);
            EXPECT_EQ(result.first->left, left.at(x, y));
            EXPECT_EQ(result.first->right, right.at(x, y));
        }
    }
}

TEST(Comparison, NamesTheFirstInReadingOrder) {
    Picture right(compared_extent);
    right.at(5, 1).r = 9;
    right.at(1, 2).r = 200;
    const Comparison result = compare(Picture(compared_extent), right);
    EXPECT_EQ(result.different, 2U);
    EXPECT_EQ(result.largest, 200);
    EXPECT_EQ(result.first->x, 5U);
}

TEST(Comparison, RefusesPicturesOfDifferentSize) {
    EXPECT_THROW(static_cast<void>(compare(Picture({2, 3}), Picture({3, 2}))),
                 std::invalid_argument);
    EXPECT_THROW(static_cast<void>(difference_picture(Picture({2, 3}), Picture({3, 2}))),
                 std::invalid_argument);
}

TEST(DifferencePicture, IsBlackWhereViewsAgree) {
    const Picture same = test_pattern(compared_extent, 3);
    EXPECT_EQ(difference_picture(same, same), Picture(compared_extent));
}

TEST(DifferencePicture, MakesTheSmallestDifferencePlain) {
    Picture right(compared_extent);
    right.at(2, 2).g = 1;
    right.at(3, 3).a = 254;
    const Picture result = difference_picture(Picture(compared_extent), right);
    EXPECT_GE(result.at(2, 2).g, 64);
    EXPECT_EQ(result.at(2, 2).r, 0);
    EXPECT_GE(result.at(3, 3).r, 64); // alpha alone is grey
    EXPECT_EQ(result.at(3, 3).r, result.at(3, 3).b);
}

} // namespace
} // namespace parallax
