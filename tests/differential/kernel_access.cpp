// SPDX-License-Identifier: MIT
//
// A mapping as the argument of a system call, for copies by the kernel and for pinning.
#include "subject.hpp"

#include <linux/futex.h>
#include <linux/io_uring.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <format>

namespace differential {
namespace {

const std::array sizes{4 * page, 2 * large};

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0) {
            out.reset(ends[0]);
            in.reset(ends[1]);
        }
    }
    UniqueFd out;
    UniqueFd in;
};

void copies(Subject& s) {
    for (const std::size_t size : sizes) {
        const UniqueFd buffer = s.allocate(size);
        const uapi::Reservation space(size + page);
        const uapi::Map map(buffer, size,
                            {.flags = MAP_SHARED | MAP_FIXED, .address = space.at(0)});
        uapi::stamp(map.begin(), size, 10);
        const UniqueFd file(::memfd_create("copy", MFD_CLOEXEC));
        s.note("write", ::write(file.get(), map.begin(), size));
        s.note("write past the end of the mapping",
               ::pwrite(file.get(), map.at(size - 100), 200, 0));
        s.note("write after the end", ::pwrite(file.get(), map.at(size), 100, 0));
        s.note("read", ::pread(file.get(), map.at(page), page, 0));
        s.note("read past the end", ::pread(file.get(), map.at(size - 100), 200, 0));
        s.note("content", digest(map.begin(), size));
        const iovec parts[2] = {{map.begin(), page}, {map.at(size - page), 2 * page}};
        s.note("writev", ::pwritev(file.get(), parts, 2, 0));
        ::mprotect(map.begin(), size, PROT_READ);
        s.note("read into memory that may not be written",
               ::pread(file.get(), map.begin(), page, 0));
        ::mprotect(map.begin(), size, PROT_NONE);
        s.note("write of memory without access", ::pwrite(file.get(), map.begin(), page, 0));
        ::mprotect(map.begin(), size, PROT_READ | PROT_WRITE);
        s.note("getcwd", ::syscall(SYS_getcwd, map.at(page - 3), 4096) > 0 ? 1 : 0);
        s.note("clock_gettime across pages",
               ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, map.at(2 * page - 8)));
        s.note("clock_gettime at the end",
               ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, map.at(size - 8)));
    }
}

void sockets(Subject& s) {
    const UniqueFd buffer = s.allocate(4 * page);
    const uapi::Map map(buffer, 4 * page);
    uapi::stamp(map.begin(), 4 * page, 11);
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
        return s.note("socketpair", outcome(-1));
    }
    const UniqueFd left(ends[0]);
    const UniqueFd right(ends[1]);
    s.note("send", ::send(left.get(), map.begin(), 4 * page, 0));
    s.note("receive", ::recv(right.get(), map.at(page), page, 0));
    s.note("content", digest(map.begin(), 4 * page));
    s.note("zero-copy send", ::send(left.get(), map.begin(), page, MSG_ZEROCOPY));
}

void pinning(Subject& s) {
    for (const std::size_t size : sizes) {
        const UniqueFd buffer = s.allocate(size);
        const uapi::Map map(buffer, size);
        uapi::stamp(map.begin(), size, 12);
        const Pipe pipe;
        const iovec one{.iov_base = map.begin(), .iov_len = page};
        const iovec all{.iov_base = map.begin(), .iov_len = size};
        for (const unsigned flags : {0U, 1U, 2U, 8U}) {
            s.note(std::format("vmsplice {}", flags), ::vmsplice(pipe.in.get(), &one, 1, flags));
            s.note(std::format("vmsplice {} of all", flags),
                   ::vmsplice(pipe.in.get(), &all, 1, flags));
        }
        s.note("write to the pipe", ::write(pipe.in.get(), "some bytes", 10));
        s.note("vmsplice out of it", ::vmsplice(pipe.out.get(), &one, 1, 0));
        std::vector<std::byte> memory(page, std::byte{0x11});
        const iovec local{.iov_base = memory.data(), .iov_len = page};
        s.note("process_vm_readv", ::process_vm_readv(::getpid(), &local, 1, &one, 1, 0));
        s.note("process_vm_writev", ::process_vm_writev(::getpid(), &local, 1, &one, 1, 0));
        s.note("what was read", digest(memory.data(), page));
        const UniqueFd self(::open("/proc/self/mem", O_RDWR | O_CLOEXEC));
        const auto address = static_cast<off_t>(reinterpret_cast<std::uintptr_t>(map.begin()));
        s.note("read of /proc/self/mem", ::pread(self.get(), memory.data(), page, address));
        s.note("write to /proc/self/mem", ::pwrite(self.get(), memory.data(), page, address));
        s.note("content", digest(map.begin(), size));
    }
}

/// Files of this machine that support O_DIRECT.
void direct(Subject& s) {
    const UniqueFd buffer = s.allocate(4 * page);
    const uapi::Map map(buffer, 4 * page);
    uapi::stamp(map.begin(), 4 * page, 13);
    for (const char* folder : {"/tmp", "/dev/shm", "."}) {
        const UniqueFd file(::open(folder, O_TMPFILE | O_RDWR | O_DIRECT | O_CLOEXEC, 0600));
        s.note(std::format("open in {}", folder), outcome_of_fd(file.get()));
        if (file) {
            s.note(std::format("write in {}", folder),
                   ::pwrite(file.get(), map.begin(), 2 * page, 0));
            s.note(std::format("read in {}", folder), ::pread(file.get(), map.begin(), page, 0));
        }
    }
    s.note("content", digest(map.begin(), 4 * page));
}

void ring(Subject& s) {
    io_uring_params params{};
    const UniqueFd uring(static_cast<int>(::syscall(SYS_io_uring_setup, 4, &params)));
    s.note("io_uring_setup", outcome_of_fd(uring.get()));
    for (const std::size_t size : sizes) {
        const UniqueFd buffer = s.allocate(size);
        const uapi::Map map(buffer, size);
        const iovec all{.iov_base = map.begin(), .iov_len = size};
        s.note(std::format("registering {} bytes", size),
               ::syscall(SYS_io_uring_register, uring.get(), IORING_REGISTER_BUFFERS, &all, 1));
        const int number = buffer.get();
        s.note("registering the fd",
               ::syscall(SYS_io_uring_register, uring.get(), IORING_REGISTER_FILES, &number, 1));
        s.note("giving it back",
               ::syscall(SYS_io_uring_register, uring.get(), IORING_UNREGISTER_FILES, nullptr, 0));
    }
}

void futexes(Subject& s) {
    const UniqueFd buffer = s.allocate(2 * large);
    const uapi::Map map(buffer, 2 * large);
    const timespec soon{.tv_sec = 0, .tv_nsec = 1000000};
    for (const std::size_t at : {std::size_t{0}, large, large + page}) {
        auto* word = reinterpret_cast<unsigned*>(map.at(at));
        for (const int op : {FUTEX_WAKE, FUTEX_WAKE_PRIVATE}) {
            s.note(std::format("futex {} at {}", op, at),
                   ::syscall(SYS_futex, word, op, 1, nullptr, nullptr, 0));
        }
        for (const int op : {FUTEX_WAIT, FUTEX_WAIT_PRIVATE}) {
            s.note(std::format("futex {} at {}", op, at),
                   ::syscall(SYS_futex, word, op, 0, &soon, nullptr, 0));
            s.note(std::format("futex {} at {}, another value", op, at),
                   ::syscall(SYS_futex, word, op, 1, &soon, nullptr, 0));
        }
    }
}

constexpr std::array groups{
    Group{"CopiesByTheKernel", copies}, Group{"Sockets", sockets}, Group{"Pinning", pinning},
    Group{"DirectIo", direct},          Group{"IoUring", ring},    Group{"Futexes", futexes},
};

} // namespace

std::span<const Group> kernel_access_groups() {
    return groups;
}

} // namespace differential
