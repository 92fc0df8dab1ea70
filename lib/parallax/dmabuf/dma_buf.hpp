// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/mapping.hpp"
#include "parallax/dmabuf/unique_fd.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace parallax {

/// A dma-buf: the fd that stands for a piece of memory, and its size.
///
/// Owns the fd. The memory itself belongs to the kernel and lives until the last fd, mapping and
/// attachment is gone, in whatever order they end.
class DmaBuf {
public:
    /// Takes ownership of a dma-buf fd and asks the kernel for its size.
    /// @throws std::system_error when the fd cannot be seeked; it is closed then. Other files that
    ///         have a size are taken: see is_dma_buf().
    explicit DmaBuf(UniqueFd&& fd);

    /// Borrowed; see UniqueFd::get().
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// A new fd for the same dma-buf, for an API or a process that will own it.
    /// @throws std::system_error with dup's errno.
    [[nodiscard]] UniqueFd duplicate() const { return fd_.duplicate(); }

    /// Bytes; a multiple of the page size.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Identifies the dma-buf: equal for every fd of it, in every process. An fd number does not,
    /// since it is reused after close().
    /// @throws std::system_error with fstat's errno.
    [[nodiscard]] std::uint64_t inode() const;

    /// Names the dma-buf; the kernel shows the name in the fdinfo of every fd and in debugfs
    /// (dma_buf/bufinfo). It is cut after 31 bytes. Without effect if the kernel does not support
    /// names.
    void set_name(std::string_view name) const noexcept;

    /// True if the fd allows writing. Drivers that import through mmap (lavapipe) refuse an fd
    /// without O_RDWR.
    [[nodiscard]] bool writable() const;

    /// Maps the whole buffer, shared: for reading and writing if writable(), else for reading only.
    /// Its bytes are accessible only through CpuAccess.
    /// @throws std::system_error with the errno of mmap, or of duplicating the fd.
    [[nodiscard]] Mapping map() const;

private:
    UniqueFd fd_;
    std::uint64_t size_ = 0;
};

/// True if the fd is a dma-buf and not another file that has a size. For fds from other processes;
/// those of an exporter need no check.
[[nodiscard]] bool is_dma_buf(int fd) noexcept;

/// Bytes that each of them holds.
[[nodiscard]] std::vector<std::uint64_t> sizes_of(std::span<const DmaBuf> buffers);

} // namespace parallax
