// SPDX-License-Identifier: MIT
#include "offscreen/submission.hpp"

namespace parallax {
namespace {

vk::SemaphoreSubmitInfo all_of(const Semaphore& semaphore) {
    return {.semaphore = semaphore.handle(), .stageMask = vk::PipelineStageFlagBits2::eAllCommands};
}

} // namespace

Synchronisation choose_synchronisation(const Context& context, const DmaBuf& buffer) {
    const DeviceFacts& facts = context.facts();
    if (!facts.sync_fd_import || !facts.sync_fd_export) {
        return {.why_not = facts.name + " has no SYNC_FD semaphores to import and export"};
    }
    if (!SyncFile::export_from(buffer, Access::read)) {
        return {.why_not =
                    "this kernel has no DMA_BUF_IOCTL_EXPORT_SYNC_FILE (6.0 and later have)"};
    }
    return {.by_fences = true};
}

Submission::Pending::Pending(const Context& context)
    : device(context.device()),
      before(context.importer()),
      after(context.importer()),
      done(device, vk::FenceCreateInfo{}),
      commands(context.allocate_commands()) {}

Submission::Pending::~Pending() {
    if (submitted) { // a lost device is told to those who wait(); here it only ends the wait
        static_cast<void>(vk::Device(*device).waitForFences(1, &*done, VK_TRUE, UINT64_MAX,
                                                            *device.getDispatcher()));
    }
}

Submission Submission::submit(const Context& context, const DmaBuf& buffer, Access access,
                              const Record& record) {
    Submission result;
    if (!choose_synchronisation(context, buffer).by_fences) {
        wait_until_idle(buffer, access);
        context.run(record);
        return result;
    }
    auto work = std::make_unique<Pending>(context);
    work->before.import(*SyncFile::export_from(buffer, access));
    work->commands.begin({.flags = vk::CommandBufferUsageFlagBits::eOneTimeSubmit});
    record(work->commands);
    work->commands.end();

    context.submit(work->commands, work->done, all_of(work->before), all_of(work->after));
    work->submitted = true;
    if (const auto fence = work->after.export_fence()) {
        fence->import_into(buffer, access);
    }
    result.pending_ = std::move(work);
    return result;
}

Submission Submission::submit(const Context& context, std::span<const DmaBuf> buffers,
                              Access access, const Record& record) {
    for (const DmaBuf& other : buffers.subspan(1)) {
        wait_until_idle(other, access);
    }
    return submit(context, buffers.front(), access, record);
}

void Submission::wait() const {
    if (pending_) {
        static_cast<void>(pending_->device.waitForFences(*pending_->done, VK_TRUE, UINT64_MAX));
    }
}

} // namespace parallax
