// SPDX-License-Identifier: MIT
#include "parallax/vulkan/gpu_turn.hpp"

namespace parallax {
namespace {

vk::raii::CommandBuffer allocate(const Context& context) {
    return std::move(context.device()
                         .allocateCommandBuffers({.commandPool = context.command_pool(),
                                                  .level = vk::CommandBufferLevel::ePrimary,
                                                  .commandBufferCount = 1})
                         .front());
}

vk::SemaphoreSubmitInfo all_of(const Semaphore& semaphore) {
    return {.semaphore = semaphore.handle(), .stageMask = vk::PipelineStageFlagBits2::eAllCommands};
}

} // namespace

Synchronisation choose_synchronisation(const Context& context, const DmaBuf& buffer) {
    const DeviceFacts& facts = context.facts();
    if (!facts.sync_fd_import || !facts.sync_fd_export) {
        return {.why_not = facts.name + " has no SYNC_FD semaphores to import and export"};
    }
    if (!SyncFile::export_from(buffer, Turn::read)) {
        return {.why_not =
                    "this kernel has no DMA_BUF_IOCTL_EXPORT_SYNC_FILE (6.0 and later have)"};
    }
    return {.by_fences = true};
}

GpuTurn::Pending::Pending(const Context& context)
    : device(context.device()),
      before(context),
      after(context),
      done(device, vk::FenceCreateInfo{}),
      commands(allocate(context)) {}

GpuTurn::Pending::~Pending() {
    if (submitted) { // a lost device is told to those who wait(); here it only ends the wait
        static_cast<void>(vk::Device(*device).waitForFences(1, &*done, VK_TRUE, UINT64_MAX,
                                                            *device.getDispatcher()));
    }
}

GpuTurn GpuTurn::submit(const Context& context, const DmaBuf& buffer, Turn turn,
                        const Record& record) {
    GpuTurn result;
    if (!choose_synchronisation(context, buffer).by_fences) {
        wait_until_idle(buffer, turn);
        context.run(record);
        return result;
    }
    auto work = std::make_unique<Pending>(context);
    work->before.import(*SyncFile::export_from(buffer, turn));
    work->commands.begin({.flags = vk::CommandBufferUsageFlagBits::eOneTimeSubmit});
    record(work->commands);
    work->commands.end();

    const vk::SemaphoreSubmitInfo before = all_of(work->before);
    const vk::SemaphoreSubmitInfo after = all_of(work->after);
    const vk::CommandBufferSubmitInfo commands{.commandBuffer = *work->commands};
    context.queue().submit2(vk::SubmitInfo2{.waitSemaphoreInfoCount = 1,
                                            .pWaitSemaphoreInfos = &before,
                                            .commandBufferInfoCount = 1,
                                            .pCommandBufferInfos = &commands,
                                            .signalSemaphoreInfoCount = 1,
                                            .pSignalSemaphoreInfos = &after},
                            work->done);
    work->submitted = true;
    if (const auto fence = work->after.export_fence()) {
        fence->import_into(buffer, turn);
    }
    result.pending_ = std::move(work);
    return result;
}

void GpuTurn::wait() const {
    if (pending_) {
        static_cast<void>(pending_->device.waitForFences(*pending_->done, VK_TRUE, UINT64_MAX));
    }
}

} // namespace parallax
