// SPDX-License-Identifier: MIT
#include "sandbox.hpp"

#include "support/fds.hpp"
#include "support/node.hpp"
#include "support/vgem.hpp"

#include <linux/dma-buf.h>
#include <linux/dmabuf_exporter.h>

#include <importer.h>

#include <drm/drm.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <string>
#include <system_error>

namespace fuzz {
namespace {

using uapi::page;
const std::size_t memory_size = 32 * page;
constexpr std::size_t arena_size = std::size_t{64} << 20;
constexpr std::size_t most_fds = 64;

/// Replaces mappings by inaccessible address space.
void* reserve(void* where, std::size_t size) {
    return ::mmap(where, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
                  -1, 0);
}

} // namespace

Sandbox::Sandbox()
    : card_path_(parallax::test::find_vgem_card()),
      has_calls32_(uapi::has_calls32()),
      memory_(memory_size),
      arena_(arena_size) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
    }
    pipe_out_.reset(ends[0]);
    pipe_in_.reset(ends[1]);
    first_free_ = ::dup(ends[0]);
    ::close(first_free_);
    reserve(arena_.data(), arena_size);
}

void Sandbox::run(const Program& program) {
    for (const Call& call : program) {
        const auto kind = static_cast<std::size_t>(call.kind);
        ++tally_.calls[kind];
        tally_.accepted[kind] += perform(call) != -1 ? 1 : 0;
    }
    fds_.clear();
    // Only then: left_over() must find an fd that the exporter leaked.
    if (lost_fd_) {
        ::close_range(static_cast<unsigned>(first_free_), ~0U, 0);
        lost_fd_ = false;
    }
    areas_.clear();
    reserve(arena_.data(), arena_size);
}

const Sandbox::Held* Sandbox::any(std::uint64_t number) const {
    return fds_.empty() ? nullptr : &fds_[number % fds_.size()];
}

int Sandbox::any_fd(std::uint64_t number) const {
    const Held* const held = any(number);
    return held == nullptr ? -1 : held->fd.get();
}

/// One that has this role, if there is one.
int Sandbox::any_fd(std::uint64_t number, Role role) const {
    std::vector<int> found;
    for (const Held& held : fds_) {
        if (held.role == role) {
            found.push_back(held.fd.get());
        }
    }
    return found.empty() ? any_fd(number) : found[number % found.size()];
}

/// The interface of a command.
Sandbox::Role Sandbox::role_for(unsigned command) {
    switch (_IOC_TYPE(command)) {
    case 'b':
        return Role::buffer;
    case 'i':
        return Role::importer;
    case 'd':
        return Role::card;
    default:
        return Role::node;
    }
}

/// Holds a new fd until the program has ended.
int Sandbox::keep(int fd, Role role) {
    if (fd >= 0 && fds_.size() < most_fds) {
        fds_.push_back({parallax::UniqueFd(fd), role});
    } else if (fd >= 0) {
        ::close(fd);
    }
    return fd;
}

Sandbox::Area Sandbox::any_area(std::uint64_t number) const {
    return areas_.empty() ? Area{arena_.data(), page} : areas_[number % areas_.size()];
}

long Sandbox::perform(const Call& call) {
    const auto& n = call.numbers;
    const Area area = any_area(n[0]);
    switch (call.kind) {
    case Kind::open_node:
        return keep(::open("/dev/exporter", static_cast<int>(n[1] % 3) | O_CLOEXEC), Role::node);
    case Kind::open_importer:
        return keep(::open("/dev/importer", O_RDWR | O_CLOEXEC), Role::importer);
    case Kind::open_card:
        return keep(::open(card_path_.c_str(), O_RDWR | O_CLOEXEC), Role::card);
    case Kind::open_socket:
        return open_socket();
    case Kind::open_path:
        return open_link(n[0], O_PATH);
    case Kind::reopen:
        return open_link(n[0], static_cast<int>(n[1] % 4) | (n[2] % 2 == 0 ? 0 : O_NONBLOCK));
    case Kind::read_link:
        return read_link(n[0]);
    case Kind::send:
        return send(call);
    case Kind::receive:
        return receive(n[0]);
    case Kind::ioctl:
    case Kind::known_ioctl:
    case Kind::device_ioctl:
    case Kind::prime_ioctl:
        return ioctl(call);
    case Kind::mmap: {
        // Somewhere in the arena, of a size that may be wrong but does not leave it.
        const std::size_t skip = n[1] % (arena_size / 2) / page * page;
        const std::size_t size = n[2] % (arena_size / 2);
        void* mapped = raw_mmap(call, arena_.data() + skip, size);
        if (mapped != MAP_FAILED) {
            areas_.push_back({static_cast<std::byte*>(mapped), size});
        }
        return mapped == MAP_FAILED ? -1 : 0;
    }
    case Kind::munmap: // the place stays reserved: nothing else must come there
        return reserve(area.address, std::max(n[1] % (area.size + 1), page)) == MAP_FAILED ? -1 : 0;
    case Kind::mremap: {
        void* moved = ::mremap(area.address, n[1] % (area.size + page), n[2] % (arena_size / 4),
                               MREMAP_MAYMOVE | MREMAP_FIXED, arena_.data() + arena_size / 2);
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
        std::vector<std::byte> rest(page);
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
    case Kind::dup: {
        const Held* const held = any(n[0]);
        return held == nullptr ? -1 : keep(::fcntl(held->fd.get(), F_DUPFD_CLOEXEC, 0), held->role);
    }
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

namespace {

/// A message whose bytes state the role of each of its fds.
struct Parcel {
    std::array<unsigned char, parallax::test::FdMessage::most> roles{};
    parallax::test::FdMessage message{roles.data(), roles.size()};
};

} // namespace

long Sandbox::open_socket() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
        return -1;
    }
    keep(ends[0], Role::socket);
    return keep(ends[1], Role::socket);
}

/// An fd of O_PATH has the same role: every call is then made with it.
long Sandbox::open_link(std::uint64_t number, int flags) {
    const Held* const held = any(number);
    if (held == nullptr) {
        return -1;
    }
    const std::string link = "/proc/self/fd/" + std::to_string(held->fd.get());
    return keep(::open(link.c_str(), flags | O_CLOEXEC), held->role);
}

long Sandbox::read_link(std::uint64_t number) const {
    const std::string fd = std::to_string(any_fd(number));
    std::array<char, 1024> text{};
    const parallax::UniqueFd info(
        ::open(("/proc/self/fdinfo/" + fd).c_str(), O_RDONLY | O_CLOEXEC));
    while (info && ::read(info.get(), text.data(), text.size()) > 0) {
    }
    return ::readlink(("/proc/self/fd/" + fd).c_str(), text.data(), text.size());
}

long Sandbox::send(const Call& call) {
    Parcel parcel;
    std::array<int, parallax::test::FdMessage::most> numbers{};
    const std::size_t count = std::min(fds_.size(), call.numbers[1] % numbers.size() + 1);
    for (std::size_t i = 0; i < count; ++i) {
        const Held& held = *any(call.numbers[i == 0 ? 2 : 3] + i);
        numbers[i] = held.fd.get();
        parcel.roles[i] = static_cast<unsigned char>(held.role);
    }
    parcel.message.put(std::span(numbers).first(count));
    return ::sendmsg(any_fd(call.numbers[0], Role::socket), parcel.message.header(), MSG_DONTWAIT);
}

long Sandbox::receive(std::uint64_t number) {
    Parcel parcel;
    const long result = ::recvmsg(any_fd(number, Role::socket), parcel.message.header(),
                                  MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (result >= 0) {
        std::size_t i = 0;
        for (parallax::UniqueFd& fd : parcel.message.take()) {
            keep(fd.release(), static_cast<Role>(parcel.roles[i++]));
        }
    }
    return result;
}

void Sandbox::count_narrow(bool accepted) {
    ++tally_.narrow;
    tally_.narrow_accepted += accepted ? 1 : 0;
}

void* Sandbox::raw_mmap(const Call& call, std::byte* address, std::size_t size) {
    const auto protection = static_cast<int>(call.numbers[3] & 7);
    const int flags = MAP_FIXED | static_cast<int>(call.numbers[3] >> 3 & 3);
    const int fd = any_fd(call.numbers[0]);
    const std::uint64_t offset = call.memory[0];
    if (!is_narrow(call)) {
        return ::mmap(address, size, protection, flags, fd, static_cast<off_t>(offset));
    }
    void* const mapped = uapi::mmap32(address, size, protection, flags, fd,
                                      static_cast<std::uint32_t>(offset / page));
    count_narrow(mapped != MAP_FAILED);
    return mapped;
}

long Sandbox::raw_ioctl(const Call& call, int fd, unsigned command, std::uint64_t argument) {
    if (!is_narrow(call)) {
        return ::ioctl(fd, command, argument);
    }
    const long result = uapi::ioctl32(fd, command, static_cast<std::uint32_t>(argument));
    count_narrow(result != -1);
    return result;
}

long Sandbox::ioctl(const Call& call) {
    const auto command = static_cast<unsigned>(call.numbers[1]);
    std::memcpy(memory_.data(), call.memory.data(), sizeof(call.memory));
    // Pointers and fds in a nearly valid argument refer to this program's objects.
    const auto put_fd = [&](std::size_t offset, std::uint64_t number) {
        const int fd = any_fd(number & 0xffffffff, Role::buffer);
        std::memcpy(memory_.data() + offset, &fd, sizeof(fd));
    };
    if (command == IMPORTER_ATTACH) {
        put_fd(offsetof(importer_attach, fd), call.memory[0]);
    } else if (command == DRM_IOCTL_PRIME_FD_TO_HANDLE) {
        put_fd(offsetof(drm_prime_handle, fd), call.memory[1]);
    } else if (_IOC_TYPE(command) == 'i' && call.memory[0] == 0) {
        const std::uint64_t address = memory_.address() + page;
        std::memcpy(memory_.data(), &address, sizeof(address));
    }
    // Mostly to an fd whose interface has the command.
    const int fd = call.numbers[3] % 4 == 0 ? any_fd(call.numbers[0])
                                            : any_fd(call.numbers[0], role_for(command));
    const std::uint64_t where = call.numbers[2];
    const long result = raw_ioctl(call, fd, command, where < 8 ? memory_.address() + where : where);
    if (_IOC_TYPE(command) == 'd' && _IOC_NR(command) == _IOC_NR(DRM_IOCTL_PRIME_HANDLE_TO_FD)) {
        // DRM makes the fd first, and then writes as much as the caller's structure takes.
        lost_fd_ = lost_fd_ || result != 0 || where >= 8 || (_IOC_DIR(command) & _IOC_READ) == 0 ||
                   _IOC_SIZE(command) < sizeof(drm_prime_handle);
    }
    if (result == 0 && where < 8) {
        adopt(command, memory_.data() + where);
    }
    return result;
}

/// Registers an fd that the kernel made, to be closed.
void Sandbox::adopt(unsigned long command, const std::byte* argument) {
    std::size_t at = 0;
    Role role = Role::buffer;
    if (_IOC_TYPE(command) == 'H') {
        at = offsetof(dma_heap_allocation_data, fd);
    } else if (_IOC_TYPE(command) == 'b' && _IOC_NR(command) == 2) {
        at = offsetof(dma_buf_export_sync_file, fd);
        role = Role::other;
    } else if (_IOC_TYPE(command) == 'd' &&
               _IOC_NR(command) == _IOC_NR(DRM_IOCTL_PRIME_HANDLE_TO_FD)) {
        at = offsetof(drm_prime_handle, fd);
    } else if (command != EXPORTER_IOCTL_HELLO) {
        return;
    }
    int fd = -1;
    std::memcpy(&fd, argument + at, sizeof(fd));
    // Only what is new: an old number would be closed twice.
    const bool ours =
        std::ranges::any_of(fds_, [&](const Held& held) { return held.fd.get() == fd; });
    if (fd > 2 && !ours && fd != pipe_in_.get() && fd != pipe_out_.get()) {
        fds_.push_back({parallax::UniqueFd(fd), role});
    }
}

} // namespace fuzz
