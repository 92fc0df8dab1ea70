// SPDX-License-Identifier: MIT
#include "window/frames_in_flight.hpp"

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

FramesInFlight::FramesInFlight(const Context& context)
    : context_(context),
      stamps_(context.device(), vk::QueryPoolCreateInfo{.queryType = vk::QueryType::eTimestamp,
                                                        .queryCount = 2 * frames_in_flight}),
      nanoseconds_per_tick_(tick(context)) {
    for (Slot& slot : slots_) {
        slot.commands = context.allocate_commands();
        slot.done = {context.device(), vk::FenceCreateInfo{}};
        slot.ready = {context.device(), vk::SemaphoreCreateInfo{}};
    }
}

FramesInFlight::~FramesInFlight() {
    try {
        context_.queue().waitIdle();   // presentation too uses semaphores, and has no fence
    } catch (const vk::SystemError&) { // NOLINT(bugprone-empty-catch)
        // The device is lost: nothing is in flight any more.
    }
}

void FramesInFlight::wait(Slot& slot) {
    if (slot.in_flight) {
        // Without a bound: a lost device ends the wait with an error.
        static_cast<void>(context_.device().waitForFences(*slot.done, VK_TRUE, UINT64_MAX));
        context_.device().resetFences(*slot.done);
        slot.in_flight = false;
    }
}

bool FramesInFlight::wait_for_slot() {
    wait(slots_[slot()]);
    return slots_[slot()].used;
}

void FramesInFlight::wait_for_all() {
    for (Slot& slot : slots_) {
        wait(slot);
    }
}

const vk::raii::CommandBuffer& FramesInFlight::begin() {
    const vk::raii::CommandBuffer& commands = slots_[slot()].commands;
    commands.begin({.flags = vk::CommandBufferUsageFlagBits::eOneTimeSubmit});
    if (nanoseconds_per_tick_ > 0) {
        const auto first = static_cast<std::uint32_t>(2 * slot());
        commands.resetQueryPool(stamps_, first, 2);
        commands.writeTimestamp2(vk::PipelineStageFlagBits2::eAllCommands, stamps_, first);
    }
    return commands;
}

void FramesInFlight::submit(vk::Semaphore filled) {
    Slot& slot = slots_[this->slot()];
    if (nanoseconds_per_tick_ > 0) {
        slot.commands.writeTimestamp2(vk::PipelineStageFlagBits2::eAllCommands, stamps_,
                                      static_cast<std::uint32_t>(2 * this->slot() + 1));
    }
    slot.commands.end();
    using Stage = vk::PipelineStageFlagBits2;
    context_.submit(slot.commands, slot.done, {.semaphore = slot.ready, .stageMask = Stage::eCopy},
                    {.semaphore = filled, .stageMask = Stage::eAllCommands});
    slot.in_flight = true;
    slot.used = true;
    ++frame_;
}

float FramesInFlight::gpu_milliseconds(std::size_t slot) const {
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
