// SPDX-License-Identifier: MIT
// Finding a device, and the validation layers themselves: a log that never says anything would
// make every other test worthless.
#include "machine.hpp"

#include <gmock/gmock.h>

namespace parallax {
namespace {

using testing::Contains;
using testing::HasSubstr;

Instance create_instance(bool validate) {
    auto instance = Instance::create({.validate = validate});
    EXPECT_TRUE(instance);
    return *std::move(instance);
}

TEST(Device, IsChosenByIndexAndByAPartOfItsNameInAnyCase) {
    const Instance instance = create_instance(false);
    EXPECT_TRUE(choose_device(instance, ""));
    EXPECT_TRUE(choose_device(instance, "0"));
    EXPECT_TRUE(choose_device(instance, "LLVM"));
}

TEST(Device, ThatIsNotThereIsRefusedWithTheNamesOfThoseThatAre) {
    const Instance instance = create_instance(false);
    for (const char* wish : {"7", "voodoo", "-1"}) {
        const auto device = choose_device(instance, wish);
        ASSERT_FALSE(device);
        EXPECT_THAT(device.error(), Contains(HasSubstr("llvmpipe"))) << wish;
    }
}

TEST(Device, FactsOfTheSoftwareRenderer) {
    const Instance instance = create_instance(false);
    const DeviceFacts facts = device_facts(instance.devices().front());
    EXPECT_TRUE(facts.refusals.empty());
    EXPECT_TRUE(facts.dma_buf);
    EXPECT_TRUE(facts.modifiers);
    EXPECT_TRUE(facts.foreign_queue);
}

TEST(Validation, IsSilentByDefaultAndHasNoLogWhenOff) {
    EXPECT_TRUE(create_instance(true).validation_log()->messages().empty());
    EXPECT_EQ(create_instance(false).validation_log(), nullptr);
}

TEST(Validation, HearsAMistake) {
    const Instance instance = create_instance(true);
    const Context context(instance, *choose_device(instance, ""));
    // A buffer of no bytes is invalid usage, which only the layers notice.
    const VkBufferCreateInfo mistake =
        vk::BufferCreateInfo{.size = 0, .usage = vk::BufferUsageFlagBits::eTransferSrc};
    VkBuffer buffer = nullptr;
    const auto* const vk = context.device().getDispatcher();
    if (vk->vkCreateBuffer(*context.device(), &mistake, nullptr, &buffer) == VK_SUCCESS) {
        vk->vkDestroyBuffer(*context.device(), buffer, nullptr);
    }
    EXPECT_THAT(instance.validation_log()->messages(),
                Contains(HasSubstr("VUID-VkBufferCreateInfo-size")));
}

} // namespace
} // namespace parallax
