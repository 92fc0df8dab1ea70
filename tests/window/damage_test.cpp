// SPDX-License-Identifier: MIT
#include "offscreen/damage.hpp"

#include <gmock/gmock.h>

#include <random>
#include <vector>

namespace parallax {
namespace {

using testing::UnorderedElementsAre;

constexpr vk::Rect2D rectangle(int left, int top, unsigned width, unsigned height) {
    return {.offset = {left, top}, .extent = {width, height}};
}

TEST(Damage, PartsFarApartStayApartAndNothingAddsNothing) {
    Damage damage;
    EXPECT_TRUE(damage.empty());
    damage.add(rectangle(5, 5, 0, 9));
    EXPECT_TRUE(damage.empty());
    damage.add(rectangle(0, 0, 10, 10));
    damage.add(rectangle(900, 500, 20, 5));
    EXPECT_THAT(damage.parts(),
                UnorderedElementsAre(rectangle(0, 0, 10, 10), rectangle(900, 500, 20, 5)));
    EXPECT_EQ(damage.pixels(), 200U);
}

TEST(Damage, PartsThatOverlapOrTouchAreJoined) {
    Damage damage(rectangle(0, 0, 100, 50));
    damage.add(rectangle(100, 0, 100, 50));
    damage.add(rectangle(150, 25, 100, 50));
    EXPECT_THAT(damage.parts(), UnorderedElementsAre(rectangle(0, 0, 250, 75)));
}

TEST(Damage, WhatLiesOutsideOfALimitIsLeftOut) {
    Damage damage(rectangle(-50, -50, 100, 100));
    damage.add(rectangle(500, 500, 10, 10));
    EXPECT_THAT(damage.within(rectangle(0, 0, 200, 200)).parts(),
                UnorderedElementsAre(rectangle(0, 0, 50, 50)));
}

// However many parts there are: each pixel is in one rectangle if it was added, and in one at most.
TEST(Damage, CoversAllThatWasAddedOnce) {
    constexpr int side = 600;
    std::mt19937 random(1);
    const auto below = [&random](int limit) {
        return static_cast<int>(random() % static_cast<unsigned>(limit));
    };
    for (int run = 0; run < 20; ++run) {
        Damage damage;
        std::vector<vk::Rect2D> added;
        for (int i = 0; i < 60; ++i) {
            added.push_back(rectangle(below(side - 30), below(side - 30),
                                      static_cast<unsigned>(below(30)),
                                      static_cast<unsigned>(below(30))));
            damage.add(added.back());
        }
        std::uint64_t overlap = 0;
        for (const vk::Rect2D& left : damage.parts()) {
            for (const vk::Rect2D& right : damage.parts()) {
                overlap += &left == &right ? 0 : pixels_of(common_part(left, right));
            }
        }
        EXPECT_EQ(overlap, 0U);
        for (const vk::Rect2D& part : added) {
            EXPECT_EQ(damage.within(part).pixels(), pixels_of(part));
        }
    }
}

} // namespace
} // namespace parallax
