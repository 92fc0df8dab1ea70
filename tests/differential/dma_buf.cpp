// SPDX-License-Identifier: MIT
//
// The ioctls of dma-bufs: SYNC, names, fences.
#include "subject.hpp"

#include <linux/sync_file.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <format>
#include <sstream>

namespace differential {
namespace {

constexpr std::array modes{O_RDONLY, O_WRONLY, O_RDWR, O_ACCMODE};

long sync(const UniqueFd& buffer, __u64 flags) {
    dma_buf_sync data{.flags = flags};
    return ::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, &data);
}

void sync_flags(Subject& s) {
    for (const int mode : modes) {
        const UniqueFd buffer = s.allocate(page, static_cast<unsigned>(mode) | O_CLOEXEC);
        for (__u64 flags = 0; flags < 32; ++flags) {
            s.note(std::format("SYNC {} on an fd of mode {}", flags, mode), sync(buffer, flags));
        }
        for (unsigned bit = 5; bit < 64; ++bit) {
            s.note(std::format("SYNC with bit {} on an fd of mode {}", bit, mode),
                   sync(buffer, (__u64{1} << bit) | DMA_BUF_SYNC_RW));
        }
    }
}

/// START and END that do not match. Neither loses data, and neither is refused.
void sync_sequences(Subject& s) {
    const UniqueFd buffer = s.allocate(2 * page);
    const uapi::Map map(buffer, 2 * page);
    for (const __u64 access : {DMA_BUF_SYNC_READ, DMA_BUF_SYNC_WRITE, DMA_BUF_SYNC_RW}) {
        for (const __u64 other : {DMA_BUF_SYNC_READ, DMA_BUF_SYNC_WRITE, DMA_BUF_SYNC_RW}) {
            const std::string name = std::format("{} in {}", other, access);
            s.note("END without START, " + name, sync(buffer, DMA_BUF_SYNC_END | access));
            s.note("START, " + name, sync(buffer, DMA_BUF_SYNC_START | access));
            uapi::stamp(map.begin(), page, access);
            s.note("second START, " + name, sync(buffer, DMA_BUF_SYNC_START | other));
            uapi::stamp(map.at(page), page, other);
            s.note("END, " + name, sync(buffer, DMA_BUF_SYNC_END | other));
            s.note("content, " + name, digest(map.begin(), 2 * page));
            s.note("second END, " + name, sync(buffer, DMA_BUF_SYNC_END | access));
        }
    }
    for (int i = 0; i < 1000; ++i) {
        (void)sync(buffer, DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW);
    }
    s.note("END after a thousand STARTs", sync(buffer, DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW));
    s.note("content", digest(map.begin(), 2 * page));
}

void sync_arguments(Subject& s) {
    const UniqueFd buffer = s.allocate(page);
    const uapi::Map map(buffer, page);
    s.note("NULL", ::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, nullptr));
    s.note("a kernel's address", ::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, 0xffff888000000000U));
    s.note("in the buffer itself", ::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, map.begin()));
    *map.begin() = std::byte{DMA_BUF_SYNC_RW};
    s.note("in the buffer, and right", ::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, map.begin()));
    s.note("reaching beyond the mapping",
           ::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, map.at(page - 4)));
    dma_buf_sync data{.flags = DMA_BUF_SYNC_RW};
    for (unsigned direction = 0; direction < 4; ++direction) {
        for (const unsigned size : {0U, 4U, 8U, 16U}) {
            s.note(std::format("direction {}, {} bytes", direction, size),
                   ::ioctl(buffer.get(), _IOC(direction, DMA_BUF_BASE, 0, size), &data));
        }
    }
}

void names(Subject& s) {
    for (const int mode : modes) {
        const UniqueFd buffer = s.allocate(page, static_cast<unsigned>(mode) | O_CLOEXEC);
        const auto seen = [&] {
            std::istringstream lines(
                uapi::read_text(std::format("/proc/self/fdinfo/{}", buffer.get())));
            std::string found = "none";
            for (std::string line; std::getline(lines, line);) {
                found = line.starts_with("name:") ? line : found;
            }
            return found;
        };
        s.note("no name yet", seen());
        for (const std::size_t length : {0U, 1U, 5U, 30U, 31U, 32U, 33U, 4096U}) {
            const std::string name(length, 'n');
            for (const unsigned long command : {DMA_BUF_SET_NAME_A, DMA_BUF_SET_NAME_B}) {
                s.note(std::format("{} bytes by {:#x}, mode {}", length, command, mode),
                       ::ioctl(buffer.get(), command, name.c_str()));
                s.note(std::format("name then, of {}", length), seen());
            }
        }
        s.note("NULL", ::ioctl(buffer.get(), DMA_BUF_SET_NAME_B, nullptr));
        s.note("name at last", seen());
        char target[64] = {};
        (void)::readlink(std::format("/proc/self/fd/{}", buffer.get()).c_str(), target, 63);
        s.note("link", std::string(target));
    }
}

/// A copy of the fd has the same name, and so has its mapping.
void name_of_all(Subject& s) {
    const UniqueFd buffer = s.allocate(page);
    const UniqueFd copy = buffer.duplicate();
    const uapi::Map map(buffer, page);
    s.note("SET_NAME", ::ioctl(copy.get(), DMA_BUF_SET_NAME_B, "one for all"));
    std::istringstream lines(uapi::read_text("/proc/self/maps"));
    const std::string begin = std::format("{:x}-", reinterpret_cast<std::uintptr_t>(map.begin()));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(begin)) {
            s.note("maps", line.substr(line.find('/')));
        }
    }
    std::istringstream info(uapi::read_text(std::format("/proc/self/fdinfo/{}", buffer.get())));
    for (std::string line; std::getline(info, line);) {
        if (line.starts_with("exp_name:")) {
            s.differs("exporter", line, "exp_name:\tdmabuf_exporter",
                      "the name of an exporter is that of its module");
        } else if (!line.starts_with("ino:")) {
            s.note("fdinfo", line);
        }
    }
}

UniqueFd export_sync_file(const UniqueFd& buffer, __u32 flags, std::string& result) {
    dma_buf_export_sync_file data{.flags = flags, .fd = -7};
    result = outcome(::ioctl(buffer.get(), DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &data));
    const bool made = result == "0";
    result += std::format(", flags {}{}", data.flags, !made && data.fd != -7 ? ", fd changed" : "");
    return UniqueFd(made ? data.fd : -1);
}

void export_fences(Subject& s) {
    for (const int mode : modes) {
        const UniqueFd buffer = s.allocate(page, static_cast<unsigned>(mode) | O_CLOEXEC);
        for (__u32 flags = 0; flags < 9; ++flags) {
            std::string result;
            const UniqueFd fence = export_sync_file(buffer, flags, result);
            s.note(std::format("EXPORT {} on an fd of mode {}", flags, mode), result);
            if (fence) {
                pollfd one{.fd = fence.get(), .events = POLLIN, .revents = 0};
                s.note("poll", ::poll(&one, 1, 0));
                sync_file_info info{};
                s.note("SYNC_IOC_FILE_INFO", ::ioctl(fence.get(), SYNC_IOC_FILE_INFO, &info));
                s.note("its fences", std::format("{} of status {}", info.num_fences, info.status));
                s.note("descriptor flags", ::fcntl(fence.get(), F_GETFD));
            }
        }
        s.note("NULL", ::ioctl(buffer.get(), DMA_BUF_IOCTL_EXPORT_SYNC_FILE, nullptr));
    }
}

void import_fences(Subject& s) {
    for (const int mode : modes) {
        const UniqueFd buffer = s.allocate(page, static_cast<unsigned>(mode) | O_CLOEXEC);
        std::string result;
        const UniqueFd fence = export_sync_file(buffer, DMA_BUF_SYNC_RW, result);
        for (const int fd : {fence.get(), -1, 9999, buffer.get(), STDERR_FILENO}) {
            const char* what = fd == fence.get()    ? "a fence"
                               : fd == buffer.get() ? "itself"
                               : fd == -1           ? "-1"
                               : fd == 9999         ? "9999"
                                                    : "no fence";
            for (__u32 flags = 0; flags < 9; ++flags) {
                dma_buf_import_sync_file data{.flags = flags, .fd = fd};
                s.note(std::format("IMPORT {} of {} on an fd of mode {}", flags, what, mode),
                       ::ioctl(buffer.get(), DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &data));
            }
        }
        pollfd one{.fd = buffer.get(), .events = POLLIN | POLLOUT, .revents = 0};
        s.note("poll", ::poll(&one, 1, 0));
        s.note("revents", one.revents);
        s.note("SYNC", sync(buffer, DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW));
    }
}

void other_ioctls(Subject& s) {
    const UniqueFd buffer = s.allocate(page);
    std::array<__u64, 16> memory{};
    for (unsigned number = 0; number < 256; ++number) {
        for (unsigned direction = 0; direction < 4; ++direction) {
            for (const unsigned size : {0U, 8U, 24U}) {
                memory.fill(0);
                s.note(std::format("number {}, direction {}, {} bytes", number, direction, size),
                       ::ioctl(buffer.get(), _IOC(direction, DMA_BUF_BASE, number, size),
                               memory.data()));
            }
        }
    }
    dma_heap_allocation_data data = uapi::request(page);
    s.note("an allocation", ::ioctl(buffer.get(), DMA_HEAP_IOCTL_ALLOC, &data));
    s.note("ioctl 0", ::ioctl(buffer.get(), EXPORTER_IOCTL_HELLO, &data));
}

constexpr std::array groups{
    Group{"SyncFlags", sync_flags},         Group{"SyncSequences", sync_sequences},
    Group{"SyncArguments", sync_arguments}, Group{"Names", names},
    Group{"NameOfAll", name_of_all},        Group{"ExportSyncFile", export_fences},
    Group{"ImportSyncFile", import_fences}, Group{"OtherIoctlsOfDmaBufs", other_ioctls},
};

} // namespace

std::span<const Group> dma_buf_groups() {
    return groups;
}

} // namespace differential
