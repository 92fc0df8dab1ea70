// SPDX-License-Identifier: MIT
#include "window/overlay_changes.hpp"

#include <gmock/gmock.h>
#include <imgui.h>

#include <vector>

namespace parallax::demo {
namespace {

using testing::ElementsAre;

/// A drawing of rectangles in one list.
class OverlayChangesTest : public testing::Test {
protected:
    void SetUp() override { ImGui::CreateContext(); }
    void TearDown() override { ImGui::DestroyContext(); }

    struct Box {
        ImVec2 first;
        ImVec2 last;
        ImU32 colour = IM_COL32_WHITE;
    };

    Damage draw(const std::vector<Box>& boxes, float density = 1) {
        ImDrawList list(ImGui::GetDrawListSharedData());
        list._ResetForNewFrame();
        list.PushClipRect({0, 0}, {1000, 1000});
        for (const Box& box : boxes) {
            list.PrimReserve(6, 4);
            list.PrimRect(box.first, box.last, box.colour);
        }
        ImDrawData data;
        data.CmdLists.push_back(&list);
        data.CmdListsCount = 1;
        data.FramebufferScale = {density, density};
        return changes_.take(data);
    }

private:
    OverlayChanges changes_;
};

constexpr vk::Rect2D rectangle(int left, int top, unsigned width, unsigned height) {
    return {.offset = {left, top}, .extent = {width, height}};
}

TEST_F(OverlayChangesTest, TheFirstDrawingIsNewAndTheSameAgainIsNot) {
    const std::vector<Box> boxes{{{0, 0}, {40, 30}}, {{300, 200}, {340, 230}}};
    EXPECT_EQ(draw(boxes).pixels(), 2U * 40 * 30);
    EXPECT_TRUE(draw(boxes).empty());
}

TEST_F(OverlayChangesTest, OnlyWhatChangedIsFoundBeforeAndAfter) {
    draw({{{0, 0}, {40, 30}}, {{300, 200}, {340, 230}}, {{600, 0}, {640, 30}}});
    EXPECT_THAT(
        draw({{{0, 0}, {40, 30}}, {{300, 200}, {340, 230}, 0xFF0000FFu}, {{600, 0}, {640, 30}}})
            .parts(),
        ElementsAre(rectangle(300, 200, 40, 30)));
    EXPECT_EQ(draw({{{0, 0}, {40, 30}}, {{300, 500}, {340, 530}}, {{600, 0}, {640, 30}}}).pixels(),
              2U * 40 * 30);
}

TEST_F(OverlayChangesTest, WhatFollowsAnAdditionHasNotChanged) {
    draw({{{0, 0}, {40, 30}}, {{600, 0}, {640, 30}}});
    EXPECT_THAT(draw({{{0, 0}, {40, 30}}, {{300, 200}, {340, 230}}, {{600, 0}, {640, 30}}}).parts(),
                ElementsAre(rectangle(300, 200, 40, 30)));
    EXPECT_THAT(draw({{{0, 0}, {40, 30}}, {{600, 0}, {640, 30}}}).parts(),
                ElementsAre(rectangle(300, 200, 40, 30)));
}

TEST_F(OverlayChangesTest, PixelsAreSmallerThanUnitsWhereTheWindowIsDenser) {
    EXPECT_THAT(draw({{{10, 10.25F}, {40, 30}}}, 2).parts(),
                ElementsAre(rectangle(20, 20, 60, 40)));
}

} // namespace
} // namespace parallax::demo
