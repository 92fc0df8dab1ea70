// SPDX-License-Identifier: MIT
// To preload (LD_PRELOAD): makes an exporter broken for a program, in the way that
// PARALLAX_BROKEN names:
//
//   mmap        each mapping of a dma-buf has memory of its own
//   sync        DMA_BUF_IOCTL_SYNC says that it was done, and does nothing
//   sync-error  DMA_BUF_IOCTL_SYNC fails
#include <dlfcn.h>
#include <linux/dma-buf.h>
#include <linux/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdlib>
#include <format>
#include <string_view>

namespace {

bool is_broken(std::string_view part) {
    const char* const broken = std::getenv("PARALLAX_BROKEN");
    return broken != nullptr && part == broken;
}

bool is_dma_buf(int fd) {
    std::array<char, 64> target{};
    const auto link = std::format("/proc/self/fd/{}", fd);
    return fd >= 0 && ::readlink(link.c_str(), target.data(), target.size()) > 0 &&
           std::string_view(target.data(), target.size()).starts_with("/dmabuf:");
}

template <typename Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

} // namespace

extern "C" {

[[gnu::visibility("default")]] void* mmap(void* address, std::size_t length, int protection,
                                          int flags, int fd, off_t offset) noexcept {
    static auto* const real = next<decltype(mmap)>("mmap");
    return is_broken("mmap") && is_dma_buf(fd)
               ? real(address, length, protection, flags | MAP_ANONYMOUS, -1, 0)
               : real(address, length, protection, flags, fd, offset);
}

[[gnu::visibility("default")]] int ioctl(int fd, unsigned long request, ...) noexcept {
    static auto* const real = next<int(int, unsigned long, void*)>("ioctl");
    std::va_list arguments;
    va_start(arguments, request);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    if (request == DMA_BUF_IOCTL_SYNC && is_broken("sync")) {
        return 0;
    }
    if (request == DMA_BUF_IOCTL_SYNC && is_broken("sync-error")) {
        errno = EIO;
        return -1;
    }
    return real(fd, request, argument);
}

} // extern "C"
