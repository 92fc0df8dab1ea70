// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/sync_file.hpp"
#include "parallax/vulkan/context.hpp"

#include <optional>

namespace parallax {

/// A binary semaphore that sync_files go into and come out of (handle type SYNC_FD). Owned; must
/// outlive the submissions that wait for it or signal it.
///
/// Only for a device whose facts have sync_fd_import and sync_fd_export.
class Semaphore {
public:
    /// Unsignalled.
    /// @throws vk::SystemError when memory runs out.
    explicit Semaphore(const Context& context);

    /// The next submission that waits for the semaphore waits for these fences.
    /// @throws vk::SystemError when the driver does not take them.
    void import(SyncFile&& fences);

    /// The work that signals the semaphore, which has been submitted, as a sync_file.
    /// @return nothing when the driver says that it is done already.
    /// @throws vk::SystemError when the driver gives none.
    [[nodiscard]] std::optional<SyncFile> export_fence() const;

    /// Vulkan's semaphore; borrowed.
    [[nodiscard]] vk::Semaphore handle() const noexcept { return semaphore_; }

private:
    const vk::raii::Device& device_; // the Context's
    vk::raii::Semaphore semaphore_;
};

} // namespace parallax
