// SPDX-License-Identifier: MIT
#include "probe/modifier_groups.hpp"
#include "probe/transfer.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <optional>

namespace parallax::demo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t tiled = I915_FORMAT_MOD_X_TILED;

ModifierAnswer answer(std::uint64_t modifier, VkFormatFeatureFlags features) {
    return {.modifier = modifier,
            .planes = 1,
            .features = features,
            .largest = {16384, 16384},
            .external = VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT};
}

Endpoint endpoint(std::string name, std::vector<ModifiersOfFormat> formats) {
    return {.name = std::move(name), .formats = std::move(formats)};
}

TEST(ModifierGroups, BeginWithLinearAndNameTheFormatsOfAnAnswerTogether) {
    constexpr VkFormatFeatureFlags sampled = VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT;
    const std::vector<ModifierReport> reports{
        {.name = "XRGB8888",
         .answers = {answer(tiled, sampled), answer(DRM_FORMAT_MOD_LINEAR, sampled)}},
        {.name = "RGB565",
         .answers = {answer(DRM_FORMAT_MOD_LINEAR, sampled | VK_FORMAT_FEATURE_BLIT_SRC_BIT),
                     answer(tiled, sampled | VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BIT)}}};
    const std::vector<ModifierGroup> groups = modifier_groups(reports);
    ASSERT_EQ(groups.size(), 2);
    EXPECT_EQ(groups[0].modifier, DRM_FORMAT_MOD_LINEAR);
    ASSERT_EQ(groups[0].rows.size(), 1); // blits are not shown
    EXPECT_THAT(groups[0].rows[0].formats, ElementsAre("XRGB8888", "RGB565"));
    ASSERT_EQ(groups[1].rows.size(), 2);
    EXPECT_THAT(groups[1].rows[0].formats, ElementsAre("XRGB8888"));
    EXPECT_THAT(groups[1].rows[1].formats, ElementsAre("RGB565"));
}

TEST(Transfer, HasWhatBothHaveInTheOrderOfTheFirst) {
    const Transfer transfer = transfer_between(
        endpoint("A",
                 {{DRM_FORMAT_XRGB8888, {tiled, I915_FORMAT_MOD_Y_TILED, DRM_FORMAT_MOD_LINEAR}}}),
        endpoint("B", {{DRM_FORMAT_XRGB8888, {DRM_FORMAT_MOD_LINEAR, tiled}}}));
    EXPECT_THAT(transfer.formats, ElementsAre(ModifiersOfFormat{DRM_FORMAT_XRGB8888,
                                                                {tiled, DRM_FORMAT_MOD_LINEAR}}));
    EXPECT_THAT(transfer.refused, IsEmpty());
}

TEST(Transfer, AlignsLinearPicturesForBoth) {
    const Transfer transfer =
        transfer_between(endpoint("A", {{DRM_FORMAT_XRGB8888,
                                         {DRM_FORMAT_MOD_LINEAR},
                                         LinearAlignment{.stride = 64, .offset = 4096}}}),
                         endpoint("B", {{DRM_FORMAT_XRGB8888,
                                         {DRM_FORMAT_MOD_LINEAR},
                                         LinearAlignment{.stride = 256, .offset = 4}}}));
    ASSERT_EQ(transfer.formats.size(), 1);
    EXPECT_EQ(transfer.formats[0].alignment, (LinearAlignment{.stride = 256, .offset = 4096}));
}

TEST(Transfer, AcceptsNoMoreThanEitherOfThem) {
    const auto linear = [](std::optional<LinearAlignment> alignment) {
        return endpoint("A", {{DRM_FORMAT_XRGB8888, {DRM_FORMAT_MOD_LINEAR}, alignment}});
    };
    const auto between = [](const Endpoint& from, const Endpoint& to) {
        return transfer_between(from, to).formats.at(0).alignment;
    };
    const LinearAlignment some{.stride = 256, .offset = 64};
    const LinearAlignment none{}; // only its own stride, and no offset
    EXPECT_EQ(between(linear(some), linear(none)), none);
    EXPECT_EQ(between(linear(none), linear(some)), none);
    const auto unknown = linear(std::nullopt); // as of a display
    EXPECT_EQ(between(linear(some), unknown), some);
    EXPECT_EQ(between(unknown, linear(none)), none);
    EXPECT_EQ(between(unknown, unknown), std::nullopt);
}

TEST(Transfer, SaysWhyAFormatCannotGo) {
    const Endpoint a = endpoint("A", {{DRM_FORMAT_XRGB8888, {tiled}}, {DRM_FORMAT_NV12, {tiled}}});
    const Endpoint b = endpoint("B", {{DRM_FORMAT_XRGB8888, {DRM_FORMAT_MOD_LINEAR}},
                                      {DRM_FORMAT_RGB565, {DRM_FORMAT_MOD_LINEAR}}});
    const Transfer transfer = transfer_between(a, b);
    EXPECT_THAT(transfer.formats, IsEmpty());
    EXPECT_THAT(transfer.refused,
                ElementsAre("XRGB8888: no modifier in common; A gives INTEL X_TILED, and B takes "
                            "LINEAR",
                            "NV12: not taken by B", "RGB565: not given by A"));
}

TEST(Transfer, OfOneFormatSaysNothingOfOthers) {
    const Endpoint a = endpoint("A", {{DRM_FORMAT_XRGB8888, {tiled}}});
    const Transfer transfer = transfer_between(a, a, DRM_FORMAT_R8);
    EXPECT_THAT(transfer.formats, IsEmpty());
    EXPECT_THAT(transfer.refused, ElementsAre("R8: not given by A, not taken by A"));
}

TEST(ModifierName, IsThatOfTheHeaderOrTheNumber) {
    EXPECT_EQ(modifier_name(DRM_FORMAT_MOD_LINEAR), "LINEAR");
    EXPECT_EQ(modifier_name(tiled), "INTEL X_TILED");
    EXPECT_EQ(modifier_name(0x00ff'0000'0000'0007), "0x00ff000000000007");
}

} // namespace
} // namespace parallax::demo
