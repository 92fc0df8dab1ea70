// SPDX-License-Identifier: MIT
#include "parallax/vulkan/semaphore.hpp"

#include "parallax/vulkan/loaded_device.hpp"

namespace parallax {
namespace {

constexpr auto sync_fd = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT;

} // namespace

Semaphore::Semaphore(const Importer& importer) : device_(importer.loaded()) {
    const VkExportSemaphoreCreateInfo exportable{
        .sType = VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO, .handleTypes = sync_fd};
    const VkSemaphoreCreateInfo info{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO,
                                     .pNext = &exportable};
    detail::check(device_->CreateSemaphore(device_->device, &info, nullptr, &semaphore_),
                  "vkCreateSemaphore");
}

Semaphore::~Semaphore() {
    device_->DestroySemaphore(device_->device, semaphore_, nullptr);
}

void Semaphore::import(SyncFile&& fences) {
    UniqueFd fd = std::move(fences).take();
    const VkImportSemaphoreFdInfoKHR info{.sType = VK_STRUCTURE_TYPE_IMPORT_SEMAPHORE_FD_INFO_KHR,
                                          .semaphore = semaphore_,
                                          .flags = VK_SEMAPHORE_IMPORT_TEMPORARY_BIT,
                                          .handleType = sync_fd,
                                          .fd = fd.get()};
    detail::check(device_->ImportSemaphoreFdKHR(device_->device, &info), "vkImportSemaphoreFdKHR");
    // The driver owns the fd only after the import has succeeded.
    static_cast<void>(fd.release());
}

std::optional<SyncFile> Semaphore::export_fence() const {
    const VkSemaphoreGetFdInfoKHR info{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_GET_FD_INFO_KHR,
                                       .semaphore = semaphore_,
                                       .handleType = sync_fd};
    int number = -1;
    detail::check(device_->GetSemaphoreFdKHR(device_->device, &info, &number),
                  "vkGetSemaphoreFdKHR");
    UniqueFd fd(number);
    return fd ? std::optional(SyncFile(std::move(fd))) : std::nullopt;
}

} // namespace parallax
