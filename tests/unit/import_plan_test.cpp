// SPDX-License-Identifier: MIT
// The ladder's decision over made-up driver answers: each real refusal that users met elsewhere.
#include "parallax/vulkan/import_plan.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parallax {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Feature = vk::FormatFeatureFlagBits;

constexpr auto importable = vk::ExternalMemoryFeatureFlagBits::eImportable;
constexpr auto all_features =
    Feature::eSampledImage | Feature::eTransferSrc | Feature::eTransferDst;

ImageRequest request() {
    return {.extent = {.width = 100, .height = 50}, .format = find_pixel_format("XRGB8888")};
}

/// A driver that takes everything: 100 pixels of 4 bytes, rounded up to a stride of 512.
DriverAnswers willing() {
    const ImageAnswer image{.offered = true,
                            .features = all_features,
                            .supported = vk::Result::eSuccess,
                            .largest = vk::Extent2D{16384, 16384},
                            .external = importable,
                            .created = vk::Result::eSuccess,
                            .offset = 0,
                            .stride = 512,
                            .memory = {.size = 25600, .alignment = 64, .type_bits = 1}};
    return {.modifier = image,
            .linear = image,
            .buffer = {.external = importable,
                       .created = vk::Result::eSuccess,
                       .memory = {.size = 25600, .alignment = 64, .type_bits = 1}},
            .optimal = all_features};
}

std::string only_reason(const std::expected<ImportPlan, std::vector<Refusal>>& plan) {
    const Reasons reasons = plan ? Reasons{} : describe(plan.error());
    return reasons.size() == 1 ? reasons.front() : "";
}

TEST(ImportPlan, TakesTheHighestRungThatWorks) {
    DriverAnswers answers = willing();
    EXPECT_EQ(plan_import(answers, request())->rung, Rung::modifier);
    answers.modifier.offered = false;
    EXPECT_EQ(plan_import(answers, request())->rung, Rung::linear);
    answers.linear.features = {};
    EXPECT_EQ(plan_import(answers, request())->rung, Rung::buffer);
}

TEST(ImportPlan, NamesTheRungsThatWouldNotDo) {
    DriverAnswers answers = willing();
    answers.modifier.offered = false;
    const auto plan = plan_import(answers, request());
    ASSERT_THAT(plan->refused, SizeIs(1));
    EXPECT_EQ(plan->refused.front().rung, Rung::modifier);
    EXPECT_THAT(describe(plan->refused), ElementsAre(HasSubstr("DRM_FORMAT_MOD_LINEAR")));
}

TEST(ImportPlan, CanBeHeldToOneRung) {
    for (const Rung rung : all_rungs) {
        const auto plan = plan_import(willing(), request(), rung);
        EXPECT_EQ(plan->rung, rung);
        EXPECT_THAT(plan->refused, IsEmpty());
    }
    DriverAnswers answers = willing();
    answers.modifier.offered = false;
    EXPECT_FALSE(plan_import(answers, request(), Rung::modifier));
}

TEST(ImportPlan, RefusesOnEveryRungWithEveryReason) {
    const auto plan = plan_import(DriverAnswers{}, request());
    ASSERT_FALSE(plan);
    EXPECT_THAT(plan.error(), SizeIs(3));
    for (const Refusal& refusal : plan.error()) {
        EXPECT_THAT(refusal.reasons, testing::Not(IsEmpty()));
    }
}

TEST(ImportPlan, FollowsTheDriversStride) { // AMD wants 256, others less or more
    DriverAnswers answers = willing();
    answers.linear.stride = 400;
    answers.linear.offset = 64;
    const auto plan = plan_import(answers, request(), Rung::linear);
    EXPECT_EQ(plan->layout.stride, 400U);
    EXPECT_EQ(plan->layout.offset, 64U);
}

TEST(ImportPlan, SizesTheBufferAsTheDriverWants) { // radeonsi pads rows, v3dv adds 64 bytes
    DriverAnswers answers = willing();
    answers.modifier.memory.size = 64 * 512;
    EXPECT_EQ(plan_import(answers, request())->buffer_size(), 64 * 512U);
}

TEST(ImportPlan, NeverAsksForLessThanThePixelsTake) {
    DriverAnswers answers = willing();
    answers.modifier.memory.size = 10;
    EXPECT_EQ(plan_import(answers, request())->buffer_size(), 49 * 512 + 400U);
}

TEST(ImportPlan, RefusesFormatThatCannotBeSampled) { // Raspberry Pi 5: LINEAR is not
    DriverAnswers answers = willing();
    answers.modifier.features = Feature::eTransferSrc;
    EXPECT_THAT(only_reason(plan_import(answers, request(), Rung::modifier)),
                HasSubstr("cannot be sampled"));
}

TEST(ImportPlan, RefusesWhatTheDriverDoesNotSupportWithItsResult) {
    DriverAnswers answers = willing();
    answers.linear.supported = vk::Result::eErrorFormatNotSupported;
    EXPECT_THAT(only_reason(plan_import(answers, request(), Rung::linear)),
                HasSubstr("ErrorFormatNotSupported"));
}

TEST(ImportPlan, RefusesWhatCannotBeImported) {
    DriverAnswers answers = willing();
    answers.modifier.external = vk::ExternalMemoryFeatureFlagBits::eExportable;
    EXPECT_THAT(only_reason(plan_import(answers, request(), Rung::modifier)),
                HasSubstr("cannot be imported"));
}

TEST(ImportPlan, RefusesWhatIsTooLargeWithBothSizes) {
    DriverAnswers answers = willing();
    answers.modifier.largest = vk::Extent2D{4096, 49};
    EXPECT_THAT(only_reason(plan_import(answers, request(), Rung::modifier)),
                testing::AllOf(HasSubstr("100x50"), HasSubstr("4096x49")));
}

TEST(ImportPlan, RefusesWhatVkCreateImageRefused) {
    DriverAnswers answers = willing();
    answers.modifier.created = vk::Result::eErrorInvalidDrmFormatModifierPlaneLayoutEXT;
    EXPECT_THAT(only_reason(plan_import(answers, request(), Rung::modifier)),
                HasSubstr("InvalidDrmFormatModifierPlaneLayout"));
}

TEST(ImportPlan, RefusesALayoutThatTheMemoryDoesNotHave) { // NVIDIA took wrong strides in silence
    ImageRequest fixed = request();
    fixed.fixed = ImageLayout{.extent = fixed.extent, .format = fixed.format, .stride = 448};
    EXPECT_THAT(only_reason(plan_import(willing(), fixed, Rung::linear)),
                testing::AllOf(HasSubstr("448"), HasSubstr("512")));
    fixed.fixed->stride = 512;
    EXPECT_TRUE(plan_import(willing(), fixed, Rung::linear));
    fixed.fixed->offset = 64;
    EXPECT_FALSE(plan_import(willing(), fixed, Rung::linear));
}

TEST(ImportPlan, BufferTakesAFixedLayoutAsItIs) {
    ImageRequest fixed = request();
    fixed.fixed =
        ImageLayout{.extent = fixed.extent, .format = fixed.format, .offset = 64, .stride = 448};
    EXPECT_EQ(plan_import(willing(), fixed, Rung::buffer)->layout, *fixed.fixed);
}

TEST(ImportPlan, BufferRefusesAStrideOfBrokenPixels) {
    ImageRequest fixed = request();
    fixed.fixed = ImageLayout{.extent = fixed.extent, .format = fixed.format, .stride = 450};
    EXPECT_THAT(only_reason(plan_import(willing(), fixed, Rung::buffer)), HasSubstr("stride 450"));
    fixed.fixed->stride = 448;
    fixed.fixed->offset = 2;
    EXPECT_THAT(only_reason(plan_import(willing(), fixed, Rung::buffer)), HasSubstr("offset 2"));
}

TEST(ImportPlan, BufferNeedsImportCreationAndAnImageToCopyTo) {
    DriverAnswers answers = willing();
    answers.buffer.external = {};
    EXPECT_THAT(only_reason(plan_import(answers, request(), Rung::buffer)),
                HasSubstr("cannot be imported as a buffer"));
    answers = willing();
    answers.buffer.created = vk::Result::eErrorOutOfDeviceMemory;
    EXPECT_THAT(only_reason(plan_import(answers, request(), Rung::buffer)),
                HasSubstr("OutOfDeviceMemory"));
    answers = willing();
    answers.optimal = Feature::eSampledImage;
    EXPECT_THAT(only_reason(plan_import(answers, request(), Rung::buffer)),
                HasSubstr("copied to and sampled"));
}

TEST(ImportPlan, UsesOnlyWhatTheFormatCan) {
    DriverAnswers answers = willing();
    answers.modifier.features = Feature::eSampledImage;
    EXPECT_EQ(plan_import(answers, request())->usage, vk::ImageUsageFlagBits::eSampled);
    EXPECT_TRUE(plan_import(willing(), request())->usage & vk::ImageUsageFlagBits::eTransferDst);
}

TEST(ImportPlan, RungsAreFoundByTheirNames) {
    for (const Rung rung : all_rungs) {
        EXPECT_EQ(find_rung(rung_name(rung)), rung);
    }
    EXPECT_EQ(find_rung("ladder"), std::nullopt);
}

TEST(ChooseMemoryType, TakesTheLowestBitThatBothHave) {
    EXPECT_EQ(choose_memory_type(0b1100, 0b0110), 2U);
    EXPECT_EQ(choose_memory_type(0b1, 0b1), 0U);
    EXPECT_EQ(choose_memory_type(0x80000000, 0x80000000), 31U);
}

TEST(ChooseMemoryType, RefusalNamesBothMasks) {
    const auto type = choose_memory_type(0b1100, 0b0011);
    ASSERT_FALSE(type);
    EXPECT_THAT(type.error(), testing::AllOf(HasSubstr("0xc"), HasSubstr("0x3")));
}

} // namespace
} // namespace parallax
