// SPDX-License-Identifier: MIT
#include "support/call32.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace uapi {
namespace {

#ifdef __x86_64__
constexpr int low_addresses = MAP_32BIT;
#else
constexpr int low_addresses = 0;
#endif

// Numbers of 32-bit x86.
constexpr std::uint32_t call_ioctl = 54;
constexpr std::uint32_t call_mmap2 = 192;

using Arguments = std::array<std::uint32_t, 6>;

/// @return the kernel's result in 32 bits; an error as a negative errno.
std::uint32_t call32(std::uint32_t number, const Arguments& arguments) {
#ifdef __x86_64__
    std::uint32_t result = 0;
    // The sixth argument goes where a compiler may have its frame, so it is exchanged there and
    // back.
    asm volatile("movq %%rbp, %%r12\n\t"
                 "movl %[sixth], %%ebp\n\t"
                 "int $0x80\n\t"
                 "movq %%r12, %%rbp"
                 : "=a"(result)
                 : "0"(number), "b"(arguments[0]), "c"(arguments[1]), "d"(arguments[2]),
                   "S"(arguments[3]), "D"(arguments[4]), [sixth] "r"(arguments[5])
                 : "r8", "r9", "r10", "r11", "r12", "cc", "memory");
    return result;
#else
    static_cast<void>(number);
    static_cast<void>(arguments);
    return static_cast<std::uint32_t>(-ENOSYS);
#endif
}

/// @return true if it is an error, which is then in errno.
bool failed(std::uint32_t result) {
    constexpr std::uint32_t most_errors = 4095;
    if (result < std::uint32_t{0} - most_errors) {
        return false;
    }
    errno = static_cast<int>(std::uint32_t{0} - result);
    return true;
}

} // namespace

bool has_calls32() {
#ifdef __x86_64__
    // Part of the vDSO of 32-bit programs; exists if the kernel can run them.
    return ::access("/proc/sys/abi/vsyscall32", F_OK) == 0;
#else
    return false;
#endif
}

long ioctl32(int fd, unsigned command, std::uint32_t argument) {
    const std::uint32_t result =
        call32(call_ioctl, {static_cast<std::uint32_t>(fd), command, argument});
    return failed(result) ? -1 : static_cast<long>(result);
}

void* mmap32(void* address, std::size_t size, int protection, int flags, int fd,
             std::uint32_t first_page) {
    const std::uint32_t result = call32(
        call_mmap2, {LowMemory::low(address), static_cast<std::uint32_t>(size),
                     static_cast<std::uint32_t>(protection), static_cast<std::uint32_t>(flags),
                     static_cast<std::uint32_t>(fd), first_page});
    return failed(result) ? MAP_FAILED : reinterpret_cast<void*>(std::uintptr_t{result});
}

LowMemory::LowMemory(std::size_t size) : size_(size) {
    void* address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | low_addresses, -1, 0);
    if (address == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "cannot allocate low memory");
    }
    address_ = static_cast<std::byte*>(address);
}

LowMemory::~LowMemory() {
    ::munmap(address_, size_);
}

} // namespace uapi
