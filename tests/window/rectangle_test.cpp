// SPDX-License-Identifier: MIT
#include "window/rectangle.hpp"

#include <gtest/gtest.h>

#include <array>

namespace parallax::demo {
namespace {

// A small monitor, and a large one to the right of it that reaches further up.
constexpr std::array monitors{Rectangle{.x = 0, .y = 0, .width = 1280, .height = 800},
                              Rectangle{.x = 1280, .y = -400, .width = 3840, .height = 2160}};

TEST(Monitor, IsTheOneWithMostOfTheWindow) {
    EXPECT_EQ(monitor_with_most({.x = 100, .y = 100, .width = 640, .height = 480}, monitors), 0U);
    EXPECT_EQ(monitor_with_most({.x = 1000, .y = 100, .width = 640, .height = 480}, monitors), 1U);
    EXPECT_EQ(monitor_with_most({.x = 900, .y = 100, .width = 640, .height = 480}, monitors), 0U);
    EXPECT_EQ(monitor_with_most({.x = 2000, .y = -300, .width = 640, .height = 200}, monitors), 1U);
}

TEST(Monitor, IsNoneForAWindowThatNoneShows) {
    EXPECT_EQ(monitor_with_most({.x = 0, .y = 5000, .width = 640, .height = 480}, monitors),
              std::nullopt);
    EXPECT_EQ(monitor_with_most({.x = 100, .y = 100, .width = 640, .height = 480}, {}),
              std::nullopt);
    EXPECT_EQ(monitor_with_most({.x = 1280, .y = 0, .width = 0, .height = 0}, monitors),
              std::nullopt);
}

} // namespace
} // namespace parallax::demo
