// SPDX-License-Identifier: MIT
#include "window/flight.hpp"

namespace parallax::demo {
namespace {

/// Nanoseconds of one tick of the queue's clock, or 0 if it has none.
float tick(const Context& context) {
    const auto family = context.physical().getQueueFamilyProperties()[context.queue_family()];
    return family.timestampValidBits == 0
               ? 0.0F
               : context.physical().getProperties().limits.timestampPeriod;
}

} // namespace

Flight::Flight(const Context& context)
    : context_(context),
      stamps_(context.device(), vk::QueryPoolCreateInfo{.queryType = vk::QueryType::eTimestamp,
                                                        .queryCount = 2 * frames_in_flight}),
      nanoseconds_per_tick_(tick(context)) {
    auto commands =
        context.device().allocateCommandBuffers({.commandPool = context.command_pool(),
                                                 .level = vk::CommandBufferLevel::ePrimary,
                                                 .commandBufferCount = frames_in_flight});
    for (std::size_t i = 0; i < frames_in_flight; ++i) {
        slots_[i].commands = std::move(commands[i]);
        slots_[i].done = {context.device(), vk::FenceCreateInfo{}};
        slots_[i].ready = {context.device(), vk::SemaphoreCreateInfo{}};
    }
}

Flight::~Flight() {
    try {
        context_.queue().waitIdle();   // presentation too uses semaphores, and has no fence
    } catch (const vk::SystemError&) { // NOLINT(bugprone-empty-catch)
        // The device is lost: nothing is in flight any more.
    }
}

void Flight::wait(Slot& slot) {
    if (slot.in_flight) {
        // Without a bound: a lost device ends the wait with an error.
        static_cast<void>(context_.device().waitForFences(*slot.done, VK_TRUE, UINT64_MAX));
        context_.device().resetFences(*slot.done);
        slot.in_flight = false;
    }
}

bool Flight::wait_for_slot() {
    wait(slots_[slot()]);
    return slots_[slot()].used;
}

void Flight::wait_for_all() {
    for (Slot& slot : slots_) {
        wait(slot);
    }
}

const vk::raii::CommandBuffer& Flight::begin() {
    const vk::raii::CommandBuffer& commands = slots_[slot()].commands;
    commands.begin({.flags = vk::CommandBufferUsageFlagBits::eOneTimeSubmit});
    if (nanoseconds_per_tick_ > 0) {
        const auto first = static_cast<std::uint32_t>(2 * slot());
        commands.resetQueryPool(stamps_, first, 2);
        commands.writeTimestamp2(vk::PipelineStageFlagBits2::eAllCommands, stamps_, first);
    }
    return commands;
}

void Flight::submit(vk::Semaphore drawn) {
    Slot& slot = slots_[this->slot()];
    if (nanoseconds_per_tick_ > 0) {
        slot.commands.writeTimestamp2(vk::PipelineStageFlagBits2::eAllCommands, stamps_,
                                      static_cast<std::uint32_t>(2 * this->slot() + 1));
    }
    slot.commands.end();
    const vk::SemaphoreSubmitInfo ready{
        .semaphore = slot.ready, .stageMask = vk::PipelineStageFlagBits2::eColorAttachmentOutput};
    const vk::SemaphoreSubmitInfo signal{.semaphore = drawn,
                                         .stageMask = vk::PipelineStageFlagBits2::eAllCommands};
    const vk::CommandBufferSubmitInfo commands{.commandBuffer = slot.commands};
    context_.queue().submit2(vk::SubmitInfo2{.waitSemaphoreInfoCount = 1,
                                             .pWaitSemaphoreInfos = &ready,
                                             .commandBufferInfoCount = 1,
                                             .pCommandBufferInfos = &commands,
                                             .signalSemaphoreInfoCount = 1,
                                             .pSignalSemaphoreInfos = &signal},
                             slot.done);
    slot.in_flight = true;
    slot.used = true;
    ++frame_;
}

float Flight::gpu_milliseconds(std::size_t slot) const {
    if (nanoseconds_per_tick_ <= 0) {
        return 0;
    }
    std::array<std::uint64_t, 2> ticks{};
    // The C function: Vulkan-Hpp's returns its results in a vector, and a frame allocates nothing.
    const VkResult result = context_.device().getDispatcher()->vkGetQueryPoolResults(
        *context_.device(), *stamps_, static_cast<std::uint32_t>(2 * slot), 2, sizeof ticks,
        ticks.data(), sizeof ticks[0], VK_QUERY_RESULT_64_BIT);
    return result == VK_SUCCESS
               ? static_cast<float>(ticks[1] - ticks[0]) * nanoseconds_per_tick_ * 1e-6F
               : 0.0F;
}

} // namespace parallax::demo
