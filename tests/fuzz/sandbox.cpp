// SPDX-License-Identifier: MIT
#include "sandbox.hpp"

#include <linux/dma-buf.h>
#include <linux/dmabuf_exporter.h>

#include <importer.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace fuzz {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t arena_size = std::size_t{64} << 20;
constexpr std::size_t most_fds = 64;

void* reserve(void* where, std::size_t size) {
    return ::mmap(where, size, PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (where != nullptr ? MAP_FIXED : 0),
                  -1, 0);
}

} // namespace

Sandbox::Sandbox() : memory_(1U << 17) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
    }
    pipe_out_.reset(ends[0]);
    pipe_in_.reset(ends[1]);
    void* arena = reserve(nullptr, arena_size);
    if (arena == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "cannot reserve address space");
    }
    arena_ = static_cast<std::byte*>(arena);
}

Sandbox::~Sandbox() {
    ::munmap(arena_, arena_size);
}

void Sandbox::run(const Program& program) {
    for (const Call& call : program) {
        const auto kind = static_cast<std::size_t>(call.kind);
        ++tally_.calls[kind];
        tally_.accepted[kind] += perform(call) != -1 ? 1 : 0;
    }
    fds_.clear();
    areas_.clear();
    reserve(arena_, arena_size);
}

int Sandbox::any_fd(std::uint64_t number) const {
    return fds_.empty() ? -1 : fds_[number % fds_.size()].get();
}

Sandbox::Area Sandbox::any_area(std::uint64_t number) const {
    return areas_.empty() ? Area{arena_, page} : areas_[number % areas_.size()];
}

long Sandbox::perform(const Call& call) {
    const auto& n = call.numbers;
    const auto keep = [&](int fd) {
        if (fd >= 0 && fds_.size() < most_fds) {
            fds_.emplace_back(fd);
        } else if (fd >= 0) {
            ::close(fd);
        }
        return fd;
    };
    const Area area = any_area(n[0]);
    switch (call.kind) {
    case Kind::open_node:
        return keep(::open("/dev/exporter", static_cast<int>(n[1] % 3) | O_CLOEXEC));
    case Kind::open_importer:
        return keep(::open("/dev/importer", O_RDWR | O_CLOEXEC));
    case Kind::ioctl:
    case Kind::known_ioctl:
        return ioctl(call);
    case Kind::mmap: {
        // Somewhere in the arena, of a size that may be wrong but does not leave it.
        const std::size_t skip = n[1] % (arena_size / 2) / page * page;
        const std::size_t size = n[2] % (arena_size / 2);
        void* mapped = ::mmap(arena_ + skip, size, static_cast<int>(n[3] & 7),
                              MAP_FIXED | static_cast<int>(n[3] >> 3 & 3), any_fd(n[0]),
                              static_cast<off_t>(call.memory[0]));
        if (mapped != MAP_FAILED) {
            areas_.push_back({static_cast<std::byte*>(mapped), size});
        }
        return mapped == MAP_FAILED ? -1 : 0;
    }
    case Kind::munmap: // the place stays reserved: nothing else must come there
        return reserve(area.address, std::max(n[1] % (area.size + 1), page)) == MAP_FAILED ? -1 : 0;
    case Kind::mremap: {
        void* moved = ::mremap(area.address, n[1] % (area.size + page), n[2] % (arena_size / 4),
                               MREMAP_MAYMOVE | MREMAP_FIXED, arena_ + arena_size / 2);
        if (moved != MAP_FAILED) {
            reserve(area.address, std::max(n[1] % (area.size + page), page));
            areas_.push_back({static_cast<std::byte*>(moved), n[2] % (arena_size / 4)});
        }
        return moved == MAP_FAILED ? -1 : 0;
    }
    case Kind::mprotect:
        return ::mprotect(area.address, n[1] % (area.size + page), static_cast<int>(n[2] & 7));
    case Kind::madvise:
        // 100 and 101 would poison the machine's memory.
        return ::madvise(area.address, area.size, static_cast<int>(n[1] % 26));
    case Kind::read_memory:
    case Kind::write_memory: {
        std::byte* const at = area.address + (area.size == 0 ? 0 : n[1] % area.size);
        const std::size_t size = n[2] % page;
        std::array<std::byte, page> rest{};
        if (call.kind == Kind::read_memory) {
            const long result = ::write(pipe_in_.get(), at, size);
            while (::read(pipe_out_.get(), rest.data(), rest.size()) > 0) {
            }
            return result;
        }
        if (::write(pipe_in_.get(), rest.data(), size) < 0) {
            return -1;
        }
        const long result = ::read(pipe_out_.get(), at, size);
        while (::read(pipe_out_.get(), rest.data(), rest.size()) > 0) {
        }
        return result;
    }
    case Kind::seek:
        return ::lseek(any_fd(n[0]), static_cast<off_t>(n[1]), static_cast<int>(n[2]));
    case Kind::poll: {
        pollfd one{.fd = any_fd(n[0]), .events = static_cast<short>(n[1] & 0x3fff), .revents = 0};
        return ::poll(&one, 1, 0);
    }
    case Kind::dup:
        return keep(::fcntl(any_fd(n[0]), F_DUPFD_CLOEXEC, 0));
    case Kind::close:
        if (fds_.empty()) {
            return -1;
        }
        fds_.erase(fds_.begin() + static_cast<std::ptrdiff_t>(n[0] % fds_.size()));
        return 0;
    case Kind::count:
        break;
    }
    return -1;
}

long Sandbox::ioctl(const Call& call) {
    const auto command = static_cast<unsigned>(call.numbers[1]);
    std::memcpy(memory_.data(), call.memory.data(), sizeof(call.memory));
    // What an argument points or refers to is one of ours, if it is to be right at all.
    if (command == IMPORTER_ATTACH) {
        const int fd = any_fd(call.memory[0] & 0xffffffff);
        std::memcpy(memory_.data(), &fd, sizeof(fd));
    } else if (_IOC_TYPE(command) == 'i' && call.memory[0] == 0) {
        const auto address = reinterpret_cast<std::uint64_t>(memory_.data() + page);
        std::memcpy(memory_.data(), &address, sizeof(address));
    }
    const std::uint64_t where = call.numbers[2];
    void* const argument = where < 8 ? memory_.data() + where : reinterpret_cast<void*>(where);
    const long result = ::ioctl(any_fd(call.numbers[0]), command, argument);
    if (result == 0 && where < 8) {
        adopt(command, memory_.data() + where);
    }
    return result;
}

/// An fd that the kernel made must be closed by somebody.
void Sandbox::adopt(unsigned long command, const std::byte* argument) {
    std::size_t at = 0;
    if (_IOC_TYPE(command) == 'H') {
        at = offsetof(dma_heap_allocation_data, fd);
    } else if (_IOC_TYPE(command) == 'b' && _IOC_NR(command) == 2) {
        at = offsetof(dma_buf_export_sync_file, fd);
    } else if (command != EXPORTER_IOCTL_HELLO) {
        return;
    }
    int fd = -1;
    std::memcpy(&fd, argument + at, sizeof(fd));
    // Only what is new: an old number would be closed twice.
    const bool ours = std::ranges::any_of(fds_, [&](const auto& held) { return held.get() == fd; });
    if (fd > 2 && !ours && fd != pipe_in_.get() && fd != pipe_out_.get()) {
        fds_.emplace_back(fd);
    }
}

} // namespace fuzz
