// SPDX-License-Identifier: MIT
// The assignments of commits that show a picture and that restore the former state, on made-up
// cards.
#include "parallax/kms/display_state.hpp"
#include "parallax/kms/screen.hpp"

#include "kms_card.hpp"

#include <gmock/gmock.h>

namespace parallax {
namespace {

using test::MadeUpCard;
using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::byte> timings(8, std::byte{1}); // stands for a mode
constexpr std::uint32_t ours = 7;                      // a framebuffer

struct Head : MadeUpCard {
    std::uint32_t crtc_a = crtc();
    std::uint32_t crtc_b = crtc();
    std::uint32_t primary = plane(DRM_PLANE_TYPE_PRIMARY, 0b11);
    std::uint32_t second = plane(DRM_PLANE_TYPE_PRIMARY, 0b11);
    std::uint32_t cursor = plane(DRM_PLANE_TYPE_CURSOR, 0b11);
    std::uint32_t panel = monitor("DSI-1", 0b11);
    std::uint32_t hdmi = monitor("HDMI-A-1", 0b11);

    /// Shows ours there, as Screen::show() does.
    void show_ours(const kms::OutputWishes& wishes) {
        const auto output = kms::choose_output(answers(), wishes);
        ASSERT_TRUE(output);
        commit(kms::show_whole(state(), *output, timings, ours));
    }

    /// Restores, and checks that nothing is different then.
    void show_again(const kms::DisplayState& before) {
        EXPECT_THAT(kms::differences_between(state(), before), testing::Not(IsEmpty()));
        commit(kms::changes_between(state(), before));
        EXPECT_THAT(kms::differences_between(state(), before), IsEmpty());
        EXPECT_THAT(kms::changes_between(state(), before), IsEmpty());
    }
};

TEST(ShowWhole, LightsAConnectorThatWasDark) {
    Head card;
    card.show_ours({.connector = "HDMI-A-1"});
    EXPECT_EQ(card.state().value(card.hdmi, "CRTC_ID"), card.crtc_a);
    EXPECT_EQ(card.state().value(card.crtc_a, "ACTIVE"), 1);
    EXPECT_EQ(card.state().properties(card.crtc_a).find("MODE_ID")->blob, timings);
    EXPECT_EQ(card.state().value(card.primary, "FB_ID"), ours);
    EXPECT_EQ(card.state().value(card.primary, "SRC_W"), 1024U << 16);
    EXPECT_EQ(card.state().value(card.primary, "CRTC_H"), 768);
}

TEST(ShowWhole, ARotatedPanelShowsTheMemoryAsItIs) {
    Head card;
    card.light(card.panel, card.crtc_a, card.primary);
    card.set(card.primary, "rotation", DRM_MODE_ROTATE_90);
    card.set(card.primary, "SRC_W", 768U << 16);
    const kms::DisplayState before = card.state();
    card.show_ours({});
    EXPECT_EQ(card.state().value(card.primary, "rotation"), DRM_MODE_ROTATE_0);
    EXPECT_EQ(card.state().value(card.primary, "SRC_W"), 1024U << 16);
    card.show_again(before);
    EXPECT_EQ(card.state().value(card.primary, "rotation"), DRM_MODE_ROTATE_90);
    EXPECT_EQ(card.state().value(card.primary, "SRC_W"), 768U << 16);
}

TEST(ShowWhole, NothingIsInFrontOfThePictureAndNoColourIsCorrected) {
    Head card;
    card.light(card.panel, card.crtc_a, card.primary);
    card.set(card.cursor, "CRTC_ID", card.crtc_a);
    card.set(card.cursor, "FB_ID", 99);
    card.set_blob(card.crtc_a, "GAMMA_LUT", "as warm as in the evening");
    const kms::DisplayState before = card.state();
    card.show_ours({});
    EXPECT_EQ(card.state().value(card.cursor, "FB_ID"), 0);
    EXPECT_EQ(card.state().value(card.cursor, "CRTC_ID"), 0);
    EXPECT_THAT(*card.state().properties(card.crtc_a).find("GAMMA_LUT")->blob, IsEmpty());
    card.show_again(before);
    EXPECT_EQ(card.state().value(card.cursor, "FB_ID"), 99);
}

TEST(ShowWhole, LeavesAnotherMonitorAlone) {
    Head card;
    card.light(card.hdmi, card.crtc_a, card.primary);
    card.set(card.cursor, "CRTC_ID", card.crtc_a);
    card.show_ours({.connector = "DSI-1"});
    EXPECT_EQ(card.state().value(card.hdmi, "CRTC_ID"), card.crtc_a);
    EXPECT_EQ(card.state().value(card.primary, "FB_ID"), 1000 + card.primary);
    EXPECT_EQ(card.state().value(card.cursor, "CRTC_ID"), card.crtc_a);
    EXPECT_EQ(card.state().value(card.second, "FB_ID"), ours);
}

TEST(FormerState, AMirroredPairIsAPairAgain) {
    Head card;
    card.light(card.panel, card.crtc_a, card.primary);
    card.light(card.hdmi, card.crtc_a, card.primary);
    const kms::DisplayState before = card.state();
    card.show_ours({.connector = "HDMI-A-1"});
    ASSERT_EQ(card.state().value(card.hdmi, "CRTC_ID"), card.crtc_b);
    card.show_again(before);
    EXPECT_EQ(card.state().value(card.hdmi, "CRTC_ID"), card.crtc_a);
    EXPECT_EQ(card.state().value(card.panel, "CRTC_ID"), card.crtc_a);
    EXPECT_EQ(card.state().value(card.crtc_b, "ACTIVE"), 0);
}

TEST(FormerState, AConnectorThatAnotherCommitPutOutIsLitAgain) {
    Head card; // as the legacy interface does to the second of a pair
    card.light(card.panel, card.crtc_a, card.primary);
    card.light(card.hdmi, card.crtc_a, card.primary);
    const kms::DisplayState before = card.state();
    card.set(card.hdmi, "CRTC_ID", 0);
    EXPECT_THAT(kms::differences_between(card.state(), before),
                ElementsAre("HDMI-A-1: CRTC_ID is 0, and was 30"));
    card.show_again(before);
}

TEST(FormerState, WhatWasDarkIsDarkAgain) {
    Head card;
    const kms::DisplayState before = card.state();
    card.show_ours({});
    card.show_again(before);
    EXPECT_EQ(card.state().value(card.panel, "CRTC_ID"), 0);
    EXPECT_THAT(*card.state().properties(card.crtc_a).find("MODE_ID")->blob, IsEmpty());
}

TEST(FormerState, AModeIsKnownByItsContentSinceItsBlobDies) {
    Head card;
    card.light(card.panel, card.crtc_a, card.primary);
    const kms::DisplayState before = card.state();
    card.set_blob(card.crtc_a, "MODE_ID", "1024x768"); // another blob
    EXPECT_THAT(kms::differences_between(card.state(), before), IsEmpty());
    card.set_blob(card.crtc_a, "MODE_ID", "640x480");
    EXPECT_THAT(kms::differences_between(card.state(), before),
                ElementsAre("CRTC 30: MODE_ID has another content than before"));
}

TEST(FormerState, AConnectorThatIsUnpluggedForGoodIsSaid) {
    Head card;
    const kms::DisplayState before = card.state();
    card.remove(card.hdmi);
    EXPECT_THAT(kms::differences_between(card.state(), before),
                ElementsAre("HDMI-A-1 is no longer there"));
    EXPECT_THAT(kms::changes_between(card.state(), before), IsEmpty());
}

} // namespace
} // namespace parallax
