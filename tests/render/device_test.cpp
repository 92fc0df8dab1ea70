// SPDX-License-Identifier: MIT
// Finding a device, and a check that the validation layers report errors, on which all other tests
// rely.
#include "support/validated_device.hpp"

#include "offscreen/local_buffer.hpp"

#include <gmock/gmock.h>

namespace parallax {
namespace {

using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;

Instance create_instance(bool validate) {
    auto instance = Instance::create({.validate = validate});
    EXPECT_TRUE(instance);
    return *std::move(instance);
}

TEST(Device, IsChosenByIndexAndByAPartOfItsNameInAnyCase) {
    const Instance instance = create_instance(false);
    for (const char* wish : {"", "0", "LLVM"}) {
        EXPECT_EQ(usable_devices(instance, wish).devices.size(), 1U) << wish;
    }
}

TEST(Device, ThatIsNotThereIsRefusedWithTheNamesOfThoseThatAre) {
    const Instance instance = create_instance(false);
    for (const char* wish : {"7", "voodoo", "-1"}) {
        const UsableDevices usable = usable_devices(instance, wish);
        EXPECT_TRUE(usable.devices.empty());
        EXPECT_THAT(usable.refusals, Contains(HasSubstr("llvmpipe"))) << wish;
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

TEST(Device, WithoutDmaBufsIsToldWhatItsDriverNeeds) {
    EXPECT_THAT(without_dma_buf(vk::DriverId::eMesaLlvmpipe), HasSubstr("after Mesa 22.3"));
    EXPECT_THAT(without_dma_buf(vk::DriverId::eNvidiaProprietary),
                HasSubstr("sudo modprobe nvidia-drm modeset=1"));
    EXPECT_THAT(without_dma_buf(vk::DriverId::eArmProprietary), EndsWith("cannot import dma-bufs"));
}

TEST(Validation, IsSilentByDefaultAndHasNoLogWhenOff) {
    EXPECT_TRUE(create_instance(true).validation_log()->messages().empty());
    EXPECT_EQ(create_instance(false).validation_log(), nullptr);
}

TEST(Validation, HearsAMistake) {
    const Instance instance = create_instance(true);
    const auto opened = Context::open(instance, "");
    ASSERT_TRUE(opened);
    const Context& context = **opened;
    // A buffer of 0 bytes is invalid usage, which only the layers report.
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

TEST(Validation, HearsThatABarrierIsMissing) {
    const Instance instance = create_instance(true);
    const auto opened = Context::open(instance, "");
    ASSERT_TRUE(opened);
    const LocalBuffer buffer((*opened)->allocator(), 64, vk::BufferUsageFlagBits::eTransferDst,
                             MemoryUse::readback);
    (*opened)->run([&](const vk::raii::CommandBuffer& commands) {
        commands.fillBuffer(buffer.handle(), 0, 64, 1);
        commands.fillBuffer(buffer.handle(), 0, 64, 2);
    });
    EXPECT_THAT(instance.validation_log()->messages(),
                Contains(HasSubstr("WRITE_AFTER_WRITE hazard")));
}

} // namespace
} // namespace parallax
