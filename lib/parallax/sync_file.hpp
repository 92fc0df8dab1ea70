// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/unique_fd.hpp"

#include <optional>

namespace parallax {

/// What somebody is about to do with a dma-buf. A reader waits for writers; a writer waits for
/// everybody.
enum class Turn { read, write };

/// Fences as a file descriptor (the kernel's sync_file): work of some device that will be done at
/// some time. Owned.
class SyncFile {
public:
    /// Takes ownership of a sync_file's fd, from Vulkan for example.
    explicit SyncFile(UniqueFd&& fd) noexcept : fd_(std::move(fd)) {}

    /// The fences in a dma-buf that this turn has to wait for, as they are now
    /// (DMA_BUF_IOCTL_EXPORT_SYNC_FILE).
    /// @return nothing where the kernel (before 6.0) cannot do it.
    /// @throws std::system_error with the errno of any other failure.
    [[nodiscard]] static std::optional<SyncFile> export_from(const DmaBuf& buffer, Turn turn);

    /// Leaves the fences in the dma-buf, so that everybody whose turn comes next waits for them
    /// (DMA_BUF_IOCTL_IMPORT_SYNC_FILE). This object stays as it is.
    /// @throws std::system_error.
    void import_into(const DmaBuf& buffer, Turn turn) const;

    /// Whether all of it is done.
    /// @throws std::system_error with poll's errno.
    [[nodiscard]] bool signaled() const;

    /// Borrowed.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// For an API that will own it.
    [[nodiscard]] UniqueFd take() && noexcept { return std::move(fd_); }

private:
    UniqueFd fd_;
};

/// Whether a turn at the dma-buf could begin now: poll() on the dma-buf itself.
/// @throws std::system_error with poll's errno.
[[nodiscard]] bool is_idle(const DmaBuf& buffer, Turn turn);

/// Waits until a turn at the dma-buf can begin: its fences are done. Without end, as the kernel
/// gives a fence no time limit.
/// @throws std::system_error with poll's errno.
void wait_until_idle(const DmaBuf& buffer, Turn turn);

} // namespace parallax
