// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>

namespace parallax {

/// Memory that mmap() gave, unmapped at the end of its life.
class MappedBytes {
public:
    /// The parameters of mmap(), but for an offset of 0.
    struct Options {
        int protection;          ///< PROT_READ and the like
        int flags;               ///< MAP_SHARED and the like
        int fd = -1;             ///< borrowed
        void* address = nullptr; ///< for MAP_FIXED
    };

    MappedBytes() noexcept = default;
    /// @param what follows the size in the message: "of a dma-buf".
    /// @throws std::system_error with mmap's errno.
    MappedBytes(std::size_t size, const Options& options, std::string_view what);

    /// Empty if nothing is mapped.
    [[nodiscard]] std::span<std::byte> get() const noexcept {
        return {start_.get(), start_ ? start_.get_deleter().size : 0};
    }

private:
    struct Unmap {
        std::size_t size;
        void operator()(std::byte* start) const noexcept;
    };
    std::unique_ptr<std::byte, Unmap> start_;
};

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
    /// @throws std::system_error with the errno of mmap, or of duplicating the fd.
    Mapping(const DmaBuf& buffer, Protection protection);

    /// Bytes mapped; 0 after a move from it.
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.get().size(); }
    /// The accesses that it permits.
    [[nodiscard]] Protection protection() const noexcept { return protection_; }

private:
    template <Protection>
    friend class CpuAccess;

    // A duplicate, since SYNC needs an fd of the dma-buf as long as the mapping is used, and the
    // DmaBuf may end before.
    UniqueFd fd_;
    MappedBytes bytes_;
    Protection protection_ = Protection::read;
};

namespace detail {
/// DMA_BUF_IOCTL_SYNC. @throws std::system_error when the exporter refuses.
void sync_start(int fd, Protection access);
/// The matching END. @return 0 or an errno: it runs in destructors and cannot throw.
int sync_end(int fd, Protection access) noexcept;
/// Reports on stderr that END failed in a destructor: the next reader may see stale memory.
void report_lost_end(int error) noexcept;
} // namespace detail

/// Access to a dma-buf by the CPU, and the only source of its bytes.
///
/// The constructor begins it (DMA_BUF_SYNC_START: the kernel waits for the fences of devices and
/// makes their writes visible to the CPU), the destructor ends it (DMA_BUF_SYNC_END: the CPU's
/// writes become visible to devices). So START and END balance on every path.
///
/// Borrows the Mapping, which must outlive it. It can be neither copied nor moved: the access ends
/// in the scope in which it began.
template <Protection access>
class CpuAccess {
public:
    /// Const where the CPU only reads.
    using Byte = std::conditional_t<access == Protection::read, const std::byte, std::byte>;

    /// @throws std::system_error with the errno of SYNC; std::logic_error for a write through a
    ///         mapping that may only be read.
    explicit CpuAccess(const Mapping& mapping) : mapping_(mapping) {
        require_writable();
        detail::sync_start(mapping_.fd_.get(), access);
    }

    CpuAccess(const CpuAccess&) = delete;
    CpuAccess& operator=(const CpuAccess&) = delete;
    CpuAccess(CpuAccess&&) = delete;
    CpuAccess& operator=(CpuAccess&&) = delete;

    ~CpuAccess() {
        if (const int error = detail::sync_end(mapping_.fd_.get(), access); error != 0) {
            detail::report_lost_end(error);
        }
    }

    /// The whole buffer; valid until this object ends.
    [[nodiscard]] std::span<Byte> bytes() const noexcept { return mapping_.bytes_.get(); }

private:
    void require_writable() const;

    const Mapping& mapping_;
};

/// Reads by the CPU.
using CpuRead = CpuAccess<Protection::read>;
/// Reads and writes by the CPU.
using CpuWrite = CpuAccess<Protection::read_write>;

} // namespace parallax
