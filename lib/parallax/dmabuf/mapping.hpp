// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/mapped_bytes.hpp"
#include "parallax/dmabuf/unique_fd.hpp"

#include <cstddef>

namespace parallax {

class DmaBuf;

/// The accesses by the CPU that are permitted.
enum class Protection { read, read_write };

/// One mmap of a whole dma-buf, unmapped by the destructor.
///
/// The bytes are accessible only through a CpuAccess, between SYNC START and END. The address of a
/// buffer that fills a page table or more (2 MiB with pages of 4 KiB) is aligned to as much, so
/// that the exporter can map it in large entries.
class Mapping {
public:
    /// @throws std::system_error with mmap's errno.
    Mapping(const DmaBuf& buffer, Protection protection);

    /// Bytes mapped; 0 after a move from it.
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.get().size(); }
    /// The accesses that it permits.
    [[nodiscard]] Protection protection() const noexcept { return protection_; }

private:
    template <Protection>
    friend class CpuAccess;

    // A duplicate, since SYNC needs an fd of the dma-buf as long as the mapping is used, and the
    // DmaBuf may end before. Besides this, only import and sending duplicate an fd.
    UniqueFd fd_;
    MappedBytes bytes_;
    Protection protection_ = Protection::read;
};

} // namespace parallax
