// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/mapping.hpp"
#include "parallax/unique_fd.hpp"

#include <cstdint>

namespace parallax {

/// A dma-buf: the fd that stands for a piece of memory, and its size.
///
/// Owns the fd. The memory itself belongs to the kernel and lives until the last fd, mapping and
/// attachment is gone, in whatever order they end.
class DmaBuf {
public:
    /// Takes ownership of a dma-buf fd and asks the kernel for its size.
    /// @throws std::system_error when the fd cannot be seeked, so is no dma-buf.
    explicit DmaBuf(UniqueFd&& fd);

    /// Borrowed; see UniqueFd::get().
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// A new fd for the same dma-buf, for an API or a process that will own it.
    /// @throws std::system_error with dup's errno.
    [[nodiscard]] UniqueFd duplicate() const { return fd_.duplicate(); }

    /// Bytes; a multiple of the page size.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Names the dma-buf itself: equal for every fd of it, in every process. An fd number says
    /// nothing, since it is used again after close().
    /// @throws std::system_error with fstat's errno.
    [[nodiscard]] std::uint64_t inode() const;

    /// Whether the fd allows writing. Drivers that import through mmap (lavapipe) refuse an fd
    /// without O_RDWR.
    [[nodiscard]] bool writable() const;

    /// Maps the whole buffer, shared. Bytes are reached only through CpuAccess.
    /// @throws std::system_error with mmap's errno.
    [[nodiscard]] Mapping map() const;

private:
    UniqueFd fd_;
    std::uint64_t size_ = 0;
};

/// Whether the fd is a dma-buf and not some other file that has a size. For fds that come from
/// elsewhere; what an exporter gave needs no question.
[[nodiscard]] bool is_dma_buf(int fd) noexcept;

} // namespace parallax
