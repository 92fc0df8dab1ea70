// SPDX-License-Identifier: MIT
// The choice of connector, CRTC and plane, with made-up answers of libdrm.
#include "parallax/kms/output.hpp"

#include "kms_card.hpp"

#include <gmock/gmock.h>

namespace parallax {
namespace {

using test::MadeUpCard;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint32_t both = 0b11; // CRTCs

/// A card with two CRTCs, each with a primary plane of its own, and two connectors that either
/// feeds.
struct TwoHeads : MadeUpCard {
    std::uint32_t crtc_a = crtc();
    std::uint32_t crtc_b = crtc();
    std::uint32_t plane_a = plane(DRM_PLANE_TYPE_PRIMARY, 0b01);
    std::uint32_t plane_b = plane(DRM_PLANE_TYPE_PRIMARY, 0b10);
    std::uint32_t panel = monitor("eDP-1", both);
    std::uint32_t hdmi = monitor("HDMI-A-1", both);
};

kms::Output chosen(const MadeUpCard& card, const kms::OutputWishes& wishes = {}) {
    const auto output = kms::choose_output(card.answers(), wishes);
    if (!output) {
        ADD_FAILURE() << testing::PrintToString(output.error());
        return {};
    }
    return *output;
}

Reasons refused(const MadeUpCard& card, const kms::OutputWishes& wishes = {}) {
    const auto output = kms::choose_output(card.answers(), wishes);
    EXPECT_FALSE(output) << "chose " << output->connector_name;
    return output ? Reasons{} : output.error();
}

TEST(ChooseOutput, TheMonitorThatIsLitIsUsedWhereTheLidIsShut) {
    TwoHeads card; // the panel is connected and dark
    card.light(card.hdmi, card.crtc_a, card.plane_a);
    const kms::Output output = chosen(card);
    EXPECT_EQ(output.connector_name, "HDMI-A-1");
    EXPECT_EQ(output.crtc, card.crtc_a);
    EXPECT_EQ(output.plane, card.plane_a);
}

TEST(ChooseOutput, ADarkConnectorGetsTheFreeCrtc) {
    for (const bool first : {true, false}) {
        TwoHeads card;
        card.light(card.hdmi, first ? card.crtc_a : card.crtc_b,
                   first ? card.plane_a : card.plane_b);
        const kms::Output output = chosen(card, {.connector = "eDP-1"});
        EXPECT_EQ(output.connector, card.panel);
        EXPECT_EQ(output.crtc, first ? card.crtc_b : card.crtc_a);
        EXPECT_EQ(output.plane, first ? card.plane_b : card.plane_a);
    }
}

TEST(ChooseOutput, AMonitorThatSleepsKeepsItsCrtc) {
    TwoHeads card;
    card.light(card.hdmi, card.crtc_a, card.plane_a);
    card.set(card.crtc_a, "ACTIVE", 0);
    EXPECT_EQ(chosen(card, {.connector = "eDP-1"}).crtc, card.crtc_b);
}

TEST(ChooseOutput, ADarkConnectorIsRefusedWhereEveryCrtcFeedsAnother) {
    MadeUpCard card;
    const std::uint32_t crtc = card.crtc();
    const std::uint32_t plane = card.plane(DRM_PLANE_TYPE_PRIMARY, 1);
    card.monitor("eDP-1", 1);
    card.light(card.monitor("HDMI-A-1", 1), crtc, plane);
    EXPECT_THAT(refused(card, {.connector = "eDP-1"}),
                ElementsAre("made-up has no free CRTC with a primary plane for eDP-1",
                            "CRTC 30 feeds HDMI-A-1"));
}

TEST(ChooseOutput, TheSecondMonitorHasItsOwnCrtc) {
    TwoHeads card;
    card.light(card.panel, card.crtc_b, card.plane_b);
    card.light(card.hdmi, card.crtc_a, card.plane_a);
    const kms::Output output = chosen(card, {.connector = "HDMI-A-1"});
    EXPECT_EQ(output.crtc, card.crtc_a);
    EXPECT_EQ(output.plane, card.plane_a);
    EXPECT_EQ(chosen(card).connector_name, "eDP-1") << "both are lit: the first";
}

TEST(ChooseOutput, OneOfAMirroredPairMovesToTheFreeCrtc) {
    TwoHeads card;
    card.light(card.panel, card.crtc_a, card.plane_a);
    card.light(card.hdmi, card.crtc_a, card.plane_a);
    const kms::Output output = chosen(card, {.connector = "HDMI-A-1"});
    EXPECT_EQ(output.crtc, card.crtc_b);
    EXPECT_EQ(output.plane, card.plane_b);
}

TEST(ChooseOutput, AMirroredPairStaysTogetherWhereNoCrtcIsFree) {
    MadeUpCard card;
    const std::uint32_t crtc = card.crtc();
    const std::uint32_t plane = card.plane(DRM_PLANE_TYPE_PRIMARY, 1);
    for (const char* const name : {"HDMI-A-1", "HDMI-A-2"}) {
        card.light(card.monitor(name, 1), crtc, plane);
    }
    EXPECT_EQ(chosen(card, {.connector = "HDMI-A-2"}).crtc, crtc);
}

/// Each plane serves both CRTCs.
struct SharedPlanes : MadeUpCard {
    std::uint32_t crtc_a = crtc();
    std::uint32_t crtc_b = crtc();
    std::uint32_t overlay = plane(DRM_PLANE_TYPE_OVERLAY, both);
    std::uint32_t plane_a = plane(DRM_PLANE_TYPE_PRIMARY, both);
    std::uint32_t panel = monitor("DSI-1", both);
    std::uint32_t hdmi = monitor("HDMI-A-1", both);
};

TEST(ChooseOutput, APlaneAtWorkElsewhereStaysThere) {
    SharedPlanes card;
    const std::uint32_t plane_b = card.plane(DRM_PLANE_TYPE_PRIMARY, both);
    card.light(card.hdmi, card.crtc_a, card.plane_a);
    EXPECT_EQ(chosen(card, {.connector = "DSI-1"}).plane, plane_b);
    EXPECT_EQ(chosen(card, {.connector = "HDMI-A-1"}).plane, card.plane_a);
    card.light(card.panel, card.crtc_b, plane_b);
    EXPECT_EQ(chosen(card, {.connector = "DSI-1"}).plane, plane_b)
        << "its own, though it is second";
}

TEST(ChooseOutput, ThatEveryPlaneIsAtWorkElsewhereIsSaid) {
    SharedPlanes card;
    card.light(card.hdmi, card.crtc_a, card.plane_a);
    EXPECT_THAT(refused(card, {.connector = "DSI-1"}),
                ElementsAre(HasSubstr("no free CRTC with a primary plane for DSI-1"),
                            "CRTC 30 feeds HDMI-A-1",
                            HasSubstr("has no free primary plane; plane " +
                                      std::to_string(card.plane_a) + " is at work on CRTC 30")));
}

TEST(ChooseOutput, ACrtcThatCannotFeedTheConnectorIsNotTaken) {
    MadeUpCard card;
    card.crtc();
    const std::uint32_t second = card.crtc();
    card.plane(DRM_PLANE_TYPE_PRIMARY, both);
    card.monitor("LVDS-1", 0b10);
    EXPECT_EQ(chosen(card).crtc, second);
}

TEST(ChooseOutput, NothingConnectedIsSaidOfEachConnector) {
    TwoHeads card;
    card.unplug(card.panel);
    EXPECT_EQ(chosen(card).connector_name, "HDMI-A-1");
    card.unplug(card.hdmi);
    EXPECT_THAT(refused(card),
                ElementsAre("nothing is connected to eDP-1", "nothing is connected to HDMI-A-1"));
    EXPECT_THAT(refused(card, {.connector = "DP-9"}),
                Contains("connector HDMI-A-1 is not the one asked for"));
}

TEST(ChooseOutput, AModeThatIsNotThereIsAnsweredWithThoseThatAre) {
    TwoHeads card;
    EXPECT_EQ(chosen(card, {.mode = "640x480@75"}).extent(), (Extent{640, 480}));
    EXPECT_THAT(refused(card, {.mode = "641x479"}),
                ElementsAre("eDP-1 has no mode 641x479; it has 1024x768@60, 640x480@75"));
}

} // namespace
} // namespace parallax
