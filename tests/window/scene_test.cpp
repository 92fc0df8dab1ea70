// SPDX-License-Identifier: MIT
#include "window/orbit_camera.hpp"
#include "window/scene.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace parallax::demo {
namespace {

constexpr Extent scene_extent{.width = 640, .height = 400};

constexpr Viewport wide_viewport{.size = {1280, 300}, .gap = 14, .title = 32};

/// The first of all panels.
Panels first_panels(std::size_t count) {
    Panels panels;
    for (std::size_t i = 3; i < count; ++i) {
        panels.add(all_panels[i]);
    }
    return panels;
}

Scene scene_through(const OrbitCamera& camera, std::size_t panels = 3,
                    const Viewport& in = wide_viewport) {
    return {scene_extent, first_panels(panels), camera, in};
}

/// Left, top, right and bottom of a panel in a viewport.
struct Box {
    glm::vec2 first;
    glm::vec2 last;
};
Box box_of(const Scene& scene, Panel panel, const Viewport& in) {
    const auto place = [&](glm::vec2 corner) {
        return (scene.corner(panel, corner) + 1.0F) * 0.5F * in.size;
    };
    return {.first = place({0, 0}), .last = place({1, 1})};
}

TEST(Scene, PanelsStandSideBySideInTheirOrder) {
    const Scene scene = scene_through({});
    EXPECT_LT(scene.corner(Panel::cpu_view, {1, 0}).x, scene.corner(Panel::gpu_view, {0, 0}).x);
    EXPECT_LT(scene.corner(Panel::gpu_view, {1, 0}).x, scene.corner(Panel::difference, {0, 0}).x);
    EXPECT_LT(scene.corner(Panel::cpu_view, {0, 0}).y, scene.corner(Panel::cpu_view, {0, 1}).y);
    EXPECT_GT(scene.corner(Panel::cpu_view, {0, 0}).x, -1.0F);
    EXPECT_LT(scene.corner(Panel::difference, {1, 1}).x, 1.0F);
}

TEST(Scene, PickFindsThePixelThatWasDrawnThereFromEveryAngle) {
    OrbitCamera turned;
    turned.orbit({-35, 25});
    turned.zoom(1.7F);
    for (const OrbitCamera& camera : {OrbitCamera{}, turned}) {
        const Scene scene = scene_through(camera, all_panels.size());
        for (const Panel panel : all_panels) {
            const auto place = scene.pick(scene.corner(panel, {0.25F, 0.75F}));
            ASSERT_TRUE(place);
            EXPECT_EQ(place->panel, panel);
            EXPECT_NEAR(place->pixel.x, 160.0F, 0.1F);
            EXPECT_NEAR(place->pixel.y, 300.0F, 0.1F);
        }
    }
}

TEST(Scene, AFourthPanelStandsRightOfTheOthersAndInTheWindow) {
    const Scene scene = scene_through({}, 4);
    EXPECT_LT(scene.corner(Panel::difference, {1, 0}).x, scene.corner(viewer_panel(0), {0, 0}).x);
    EXPECT_GT(scene.corner(Panel::cpu_view, {0, 0}).x, -1.0F);
    EXPECT_LT(scene.corner(viewer_panel(0), {1, 1}).x, 1.0F);
}

TEST(Scene, PanelsStandInAsManyRowsAsMakeThemLargest) {
    const Viewport tall{.size = {1280, 720}, .gap = 14, .title = 32};
    const Scene in_a_row = scene_through({}, 5);
    EXPECT_NEAR(in_a_row.corner(viewer_panel(1), {0, 0}).y,
                in_a_row.corner(Panel::cpu_view, {0, 0}).y, 1e-4F);
    const Scene in_rows = scene_through({}, 5, tall);
    EXPECT_GT(in_rows.corner(viewer_panel(1), {0, 0}).y, in_rows.corner(Panel::cpu_view, {1, 1}).y);
    EXPECT_GT(box_of(in_rows, Panel::cpu_view, tall).last.x -
                  box_of(in_rows, Panel::cpu_view, tall).first.x,
              300.0F); // 237 in one row
}

TEST(Scene, EveryPanelAndItsTitleHaveRoomInEveryWindow) {
    for (const Viewport in : {wide_viewport, Viewport{.size = {480, 160}, .gap = 14},
                              Viewport{.size = {300, 900}, .gap = 14, .title = 32},
                              Viewport{.size = {2560, 1440}, .gap = 28, .title = 64}}) {
        for (std::size_t count = 3; count <= all_panels.size(); ++count) {
            const Scene scene = scene_through({}, count, in);
            std::vector<Box> taken;
            for (const Panel panel : scene.panels()) {
                Box box = box_of(scene, panel, in);
                box.first.y -= in.title;
                EXPECT_GT(box.first.x, -0.1F);
                EXPECT_GT(box.first.y, -0.1F);
                EXPECT_LT(box.last.x, in.size.x + 0.1F);
                EXPECT_LT(box.last.y, in.size.y + 0.1F);
                for (const Box& other : taken) {
                    EXPECT_TRUE(box.first.x > other.last.x || box.last.x < other.first.x ||
                                box.first.y > other.last.y || box.last.y < other.first.y);
                }
                taken.push_back(box);
            }
        }
    }
}

TEST(Scene, APanelThatIsNotThereIsNotPicked) {
    const glm::vec2 place = scene_through({}, 4).corner(viewer_panel(0), {0.9F, 0.5F});
    const auto there = scene_through({}, 4).pick(place);
    ASSERT_TRUE(there);
    EXPECT_EQ(there->panel, viewer_panel(0));
    const auto gone = scene_through({}, 3).pick(place); // the others stand elsewhere then
    EXPECT_TRUE(!gone || gone->panel != viewer_panel(0));
}

TEST(Scene, BetweenPanelsNothingIsPicked) {
    const Scene scene = scene_through({});
    const glm::vec2 gap =
        (scene.corner(Panel::cpu_view, {1, 0.5F}) + scene.corner(Panel::gpu_view, {0, 0.5F})) *
        0.5F;
    EXPECT_FALSE(scene.pick(gap));
    EXPECT_FALSE(scene.pick({0, -0.99F}));
}

TEST(Scene, AStrokeMayLeaveItsPanel) {
    const Scene scene = scene_through({});
    const auto pixel = scene.pixel_on(Panel::cpu_view, scene.corner(Panel::gpu_view, {0, 0}));
    ASSERT_TRUE(pixel);
    EXPECT_GT(pixel->x, 640.0F);
}

} // namespace
} // namespace parallax::demo
