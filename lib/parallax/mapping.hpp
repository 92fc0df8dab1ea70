// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/unique_fd.hpp"

#include <cstddef>
#include <cstdint>

namespace parallax {

class DmaBuf;

/// What the CPU may do with memory.
enum class Protection { read, read_write };

/// One mmap of a whole dma-buf, unmapped at the end of its life.
///
/// It hands out no bytes: only a CpuAccess does, for as long as the CPU is announced to the
/// exporter. The address is aligned to 2 MiB where the buffer is that large, so that an exporter
/// that can map in 2 MiB entries does.
class Mapping {
public:
    /// @throws std::system_error with mmap's errno.
    Mapping(const DmaBuf& buffer, Protection protection);

    /// Takes the mapping over; the other one has none then.
    Mapping(Mapping&& other) noexcept;
    /// Unmaps what it had, and takes the other one over.
    Mapping& operator=(Mapping&& other) noexcept;
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping();

    /// Bytes mapped.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// What the CPU may do through it.
    [[nodiscard]] Protection protection() const noexcept { return protection_; }

private:
    template <Protection>
    friend class CpuAccess;

    void unmap() noexcept;

    // A duplicate, since SYNC wants an fd of the dma-buf for as long as the mapping is used, and
    // the DmaBuf may be gone by then. The one dup besides those of import and sending.
    UniqueFd fd_;
    std::byte* address_ = nullptr;
    std::size_t size_ = 0;
    Protection protection_ = Protection::read;
};

} // namespace parallax
