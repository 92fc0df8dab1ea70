// SPDX-License-Identifier: MIT
#include "parallax/vulkan/semaphore.hpp"

namespace parallax {
namespace {

constexpr auto sync_fd = vk::ExternalSemaphoreHandleTypeFlagBits::eSyncFd;

vk::raii::Semaphore create(const vk::raii::Device& device) {
    const vk::ExportSemaphoreCreateInfo exportable{.handleTypes = sync_fd};
    return {device, vk::SemaphoreCreateInfo{.pNext = &exportable}};
}

} // namespace

Semaphore::Semaphore(const Context& context)
    : device_(context.device()),
      semaphore_(create(device_)) {}

void Semaphore::import(SyncFile&& fences) {
    UniqueFd fd = std::move(fences).take();
    device_.importSemaphoreFdKHR({.semaphore = semaphore_,
                                  .flags = vk::SemaphoreImportFlagBits::eTemporary,
                                  .handleType = sync_fd,
                                  .fd = fd.get()});
    // The import succeeded, and only now is the fd the driver's.
    static_cast<void>(fd.release());
}

std::optional<SyncFile> Semaphore::export_fence() const {
    UniqueFd fd(device_.getSemaphoreFdKHR({.semaphore = semaphore_, .handleType = sync_fd}));
    return fd ? std::optional(SyncFile(std::move(fd))) : std::nullopt;
}

} // namespace parallax
