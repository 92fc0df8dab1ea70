// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/unique_fd.hpp"

#include <optional>

namespace parallax {

/// The kind of an access to a dma-buf. A reader waits for writers; a writer waits for readers and
/// writers.
enum class Access { read, write };

/// Fences as a file descriptor (the kernel's sync_file), which stand for pending work of devices.
/// Owned.
class SyncFile {
public:
    /// Takes ownership of a sync_file's fd, from Vulkan for example.
    explicit SyncFile(UniqueFd&& fd) noexcept : fd_(std::move(fd)) {}

    /// The fences that are in a dma-buf now and that this access has to wait for
    /// (DMA_BUF_IOCTL_EXPORT_SYNC_FILE).
    /// @return nothing if the kernel (before 6.0) lacks the ioctl.
    /// @throws std::system_error with the errno of any other failure.
    [[nodiscard]] static std::optional<SyncFile> export_from(const DmaBuf& buffer, Access access);

    /// Adds the fences to the dma-buf as those of an access of this kind, so that later accesses
    /// wait for them (DMA_BUF_IOCTL_IMPORT_SYNC_FILE). This object keeps its fences.
    /// @throws std::system_error with the ioctl's errno.
    void import_into(const DmaBuf& buffer, Access access) const;

    /// True if all fences are signalled.
    /// @throws std::system_error with poll's errno.
    [[nodiscard]] bool signaled() const;

    /// Borrowed.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// For an API that will own it.
    [[nodiscard]] UniqueFd take() && noexcept { return std::move(fd_); }

private:
    UniqueFd fd_;
};

/// True if such an access to the dma-buf need not wait for fences: poll() on the dma-buf.
/// @throws std::system_error with poll's errno.
[[nodiscard]] bool is_idle(const DmaBuf& buffer, Access access);

/// Waits for the fences that such an access to the dma-buf has to wait for, without a time limit.
/// @throws std::system_error with poll's errno.
void wait_until_idle(const DmaBuf& buffer, Access access);

} // namespace parallax
