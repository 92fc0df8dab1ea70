// SPDX-License-Identifier: MIT
//
// System calls of a 32-bit program, made by a 64-bit one: on x86, int $0x80 enters the kernel as a
// 32-bit system call. So no 32-bit compiler and library is needed to call a driver's compat_ioctl.
#pragma once

#include <cstddef>
#include <cstdint>

namespace uapi {

/// True if this kernel supports such calls; otherwise one kills the process.
bool has_calls32();

/// Like ioctl(). @p argument is a number or an address, of LowMemory for instance.
long ioctl32(int fd, unsigned command, std::uint32_t argument);

/// Like mmap(), but counts the offset in pages, as mmap2() does. The mapping is below 4 GiB.
void* mmap32(void* address, std::size_t size, int protection, int flags, int fd,
             std::uint32_t first_page);

/// Zeroed memory with a 32-bit address.
class LowMemory {
public:
    /// @throws std::system_error
    explicit LowMemory(std::size_t size);
    LowMemory(const LowMemory&) = delete;
    LowMemory& operator=(const LowMemory&) = delete;
    ~LowMemory();

    [[nodiscard]] std::byte* data() const { return address_; }
    [[nodiscard]] std::uint32_t address() const { return low(address_); }

    /// The low half of an address, which is all of it here.
    static std::uint32_t low(const void* address) {
        return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(address));
    }

private:
    std::byte* address_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace uapi
