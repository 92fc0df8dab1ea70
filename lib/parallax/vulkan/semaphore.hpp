// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/sync_file.hpp"
#include "parallax/vulkan/device.hpp"

#include <optional>

namespace parallax {

/// A binary semaphore that imports and exports sync_files (handle type SYNC_FD). Owned; must
/// outlive the submissions that wait for it or signal it.
///
/// Only where Importer::semaphore_refusals() is empty; undefined elsewhere.
class Semaphore {
public:
    /// Unsignalled.
    /// @throws VulkanError when memory runs out.
    explicit Semaphore(const Importer& importer);
    Semaphore(const Semaphore&) = delete;
    Semaphore& operator=(const Semaphore&) = delete;
    Semaphore(Semaphore&&) = delete;
    Semaphore& operator=(Semaphore&&) = delete;
    ~Semaphore();

    /// Makes the next submission that waits for the semaphore wait for these fences.
    /// @throws VulkanError when the driver refuses them.
    void import(SyncFile&& fences);

    /// Exports the work that signals the semaphore, which must have been submitted, as a sync_file.
    /// Counts as a wait: the semaphore is unsignalled afterwards.
    /// @return nothing when that work is done already.
    /// @throws VulkanError when the export fails.
    [[nodiscard]] std::optional<SyncFile> export_fence() const;

    /// Vulkan's semaphore; borrowed.
    [[nodiscard]] VkSemaphore handle() const noexcept { return semaphore_; }

private:
    std::shared_ptr<const detail::LoadedDevice> device_;
    VkSemaphore semaphore_ = VK_NULL_HANDLE;
};

} // namespace parallax
