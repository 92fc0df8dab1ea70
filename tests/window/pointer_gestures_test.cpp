// SPDX-License-Identifier: MIT
#include "window/hud.hpp"
#include "window/pointer_gestures.hpp"

#include <glm/geometric.hpp>
#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace parallax::demo {
namespace {

using InputKind = PointerInput::Kind;
using Button = PointerInput::Button;

constexpr Extent picture_extent{.width = 640, .height = 400};

class PointerGesturesTest : public testing::Test {
protected:
    Gesture take(InputKind kind, glm::vec2 place, Button button = Button::left, float steps = 0) {
        const Gesture gesture = gestures_.take(
            {.kind = kind, .button = button, .place = place, .steps = steps}, scene_, layout_);
        if (gesture.stroke) {
            strokes_.push_back(*gesture.stroke);
        }
        return gesture;
    }

    /// Where a pixel of a panel is in the window.
    [[nodiscard]] glm::vec2 at(Panel panel, glm::vec2 pixel) const {
        return layout_.from_clip(
            scene_.corner(panel, pixel / glm::vec2(picture_extent.width, picture_extent.height)));
    }
    [[nodiscard]] glm::vec2 on_cpu_view(glm::vec2 pixel) const {
        return at(Panel::cpu_view, pixel);
    }
    [[nodiscard]] glm::vec2 in_hud() const { return {100, layout_.scene_height + 100}; }

    void expect_strokes(const std::vector<glm::vec2>& places) const {
        ASSERT_EQ(strokes_.size(), places.size());
        for (std::size_t i = 0; i < places.size(); ++i) {
            EXPECT_LT(glm::distance(strokes_[i].from, places[i == 0 ? 0 : i - 1]), 0.1F) << i;
            EXPECT_LT(glm::distance(strokes_[i].to, places[i]), 0.1F) << i;
        }
    }

    [[nodiscard]] const PointerGestures& gestures() const { return gestures_; }

private:
    HudLayout layout_ = HudLayout::of({1280, 720}, 1, true, picture_extent, Panels());
    Scene scene_{picture_extent, Panels(), OrbitCamera(), layout_.viewport()};
    PointerGestures gestures_;
    std::vector<Stroke> strokes_;
};

// All of it may happen while one frame is drawn.
TEST_F(PointerGesturesTest, AStrokeBeginsWhereTheButtonWasPressedAndHasEveryPlaceUpToItsRelease) {
    take(InputKind::move, on_cpu_view({20, 30}));
    take(InputKind::press, on_cpu_view({20, 30}));
    take(InputKind::move, on_cpu_view({100, 30}));
    take(InputKind::move, on_cpu_view({100, 200}));
    take(InputKind::release, on_cpu_view({100, 200}));
    take(InputKind::move, on_cpu_view({600, 390}));
    expect_strokes({{20, 30}, {100, 30}, {100, 200}});
}

TEST_F(PointerGesturesTest, AStrokeMayLeaveThePictureAndComeBack) {
    take(InputKind::press, on_cpu_view({20, 30}));
    take(InputKind::move, on_cpu_view({-10, 30}));
    take(InputKind::move, on_cpu_view({20, 60}));
    expect_strokes({{20, 30}, {-10, 30}, {20, 60}});
}

TEST_F(PointerGesturesTest, ADragFromElsewhereTurnsTheScene) {
    for (const auto& [button, pixel, panel] :
         {std::tuple{Button::left, glm::vec2(50, 50), Panel::gpu_view},
          std::tuple{Button::right, glm::vec2(50, 50), Panel::cpu_view},
          std::tuple{Button::left, glm::vec2(-20, -5), Panel::cpu_view}}) {
        const glm::vec2 place = at(panel, pixel);
        EXPECT_EQ(take(InputKind::move, place).orbit, std::nullopt);
        take(InputKind::press, place, button);
        const auto orbit = take(InputKind::move, place + glm::vec2(-20, 10)).orbit;
        ASSERT_TRUE(orbit);
        EXPECT_GT(orbit->x, 0);
        EXPECT_GT(orbit->y, 0);
        take(InputKind::release, place, button);
        EXPECT_EQ(take(InputKind::move, place).orbit, std::nullopt);
    }
    expect_strokes({});
}

TEST_F(PointerGesturesTest, ADragFromTheHudStaysThere) {
    take(InputKind::press, in_hud());
    EXPECT_TRUE(gestures().holds_hud());
    EXPECT_EQ(take(InputKind::move, on_cpu_view({50, 50})), Gesture{});
    take(InputKind::release, on_cpu_view({50, 50}));
    EXPECT_FALSE(gestures().holds_hud());
    EXPECT_EQ(take(InputKind::scroll, in_hud(), Button::left, 1), Gesture{});
}

TEST_F(PointerGesturesTest, AnotherButtonNeitherEndsNorChangesADrag) {
    take(InputKind::press, on_cpu_view({20, 30}));
    take(InputKind::press, on_cpu_view({20, 30}), Button::right);
    take(InputKind::release, on_cpu_view({20, 30}), Button::right);
    take(InputKind::move, on_cpu_view({40, 30}));
    expect_strokes({{20, 30}, {40, 30}});
}

TEST_F(PointerGesturesTest, PointingMovesTheMicroscopeAndTheWheelZooms) {
    const auto point = take(InputKind::move, at(Panel::difference, {12, 340})).point;
    ASSERT_TRUE(point);
    EXPECT_LT(glm::distance(*point, glm::vec2(12, 340)), 0.1F);
    const auto zoom = take(InputKind::scroll, on_cpu_view({50, 50}), Button::left, -2).zoom;
    ASSERT_TRUE(zoom);
    EXPECT_LT(*zoom, 1);
    EXPECT_FALSE(take(InputKind::leave, {}).point);
}

} // namespace
} // namespace parallax::demo
