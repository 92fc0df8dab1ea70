// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/mapping.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace parallax {

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
