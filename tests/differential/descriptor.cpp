// SPDX-License-Identifier: MIT
//
// More fds of one dma-buf, and names for it: O_PATH, /proc/self/fd, sockets, other processes.
#include "subject.hpp"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <format>

namespace differential {
namespace {

constexpr std::array<char*, 1> no_arguments{};

std::string link_of(const UniqueFd& fd) {
    return std::format("/proc/self/fd/{}", fd.get());
}

/// All queries of an fd.
void examine(Subject& s, const std::string& name, const UniqueFd& fd) {
    s.note(name + ": fd", outcome_of_fd(fd.get()));
    s.note(name + ": F_GETFL", ::fcntl(fd.get(), F_GETFL));
    s.note(name + ": size", ::lseek(fd.get(), 0, SEEK_END));
    struct stat status{};
    s.note(name + ": fstat", ::fstat(fd.get(), &status));
    s.note(name + ": its size", status.st_size);
    for (const int protection : {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE}) {
        void* address = ::mmap(nullptr, page, protection, MAP_SHARED, fd.get(), 0);
        s.note(std::format("{}: mmap {}", name, protection), outcome_of_map(address));
        if (address != MAP_FAILED) {
            s.note(std::format("{}: content", name), load(static_cast<std::byte*>(address)));
            ::munmap(address, page);
        }
    }
    dma_buf_sync sync{.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW};
    s.note(name + ": SYNC", ::ioctl(fd.get(), DMA_BUF_IOCTL_SYNC, &sync));
    s.note(name + ": SET_NAME", ::ioctl(fd.get(), DMA_BUF_SET_NAME_B, "name"));
    std::array<char, 64> target{};
    const ssize_t length = ::readlink(link_of(fd).c_str(), target.data(), target.size() - 1);
    s.note(name + ": link", length < 0 ? outcome(-1) : std::string(target.data()));
}

void paths(Subject& s) {
    for (const unsigned mode : {O_RDONLY, O_WRONLY, O_RDWR}) {
        UniqueFd buffer = s.allocate(page, mode | O_CLOEXEC);
        const UniqueFd path(::open(link_of(buffer).c_str(), O_PATH | O_CLOEXEC));
        const std::string name = std::format("O_PATH of mode {}", mode);
        examine(s, name, path);
        const UniqueFd second(::open(link_of(path).c_str(), O_PATH | O_CLOEXEC));
        examine(s, name + ", of that", second);
        buffer.reset();
        examine(s, name + ", the fd closed", path);
        for (const int flags : {O_RDONLY, O_WRONLY, O_RDWR}) {
            const UniqueFd again(::open(link_of(path).c_str(), flags | O_CLOEXEC));
            s.note(std::format("{}, opened {}", name, flags), outcome_of_fd(again.get()));
        }
        s.note("openat", outcome_of_fd(::openat(path.get(), "", O_RDWR)));
        s.note("fchdir", ::fchdir(path.get()));
        s.note("linkat", ::linkat(path.get(), "", AT_FDCWD, "/tmp/linked", AT_EMPTY_PATH));
        s.note("fexecve", ::syscall(SYS_execveat, path.get(), "", nullptr, nullptr, AT_EMPTY_PATH));
        alignas(file_handle) std::array<char, 256> handle{};
        reinterpret_cast<file_handle*>(handle.data())->handle_bytes = 128;
        int mount = 0;
        s.note("name_to_handle_at",
               ::name_to_handle_at(path.get(), "", reinterpret_cast<file_handle*>(handle.data()),
                                   &mount, AT_EMPTY_PATH));
    }
}

void reopen(Subject& s) {
    for (const unsigned mode : {O_RDONLY, O_WRONLY, O_RDWR}) {
        const UniqueFd buffer = s.allocate(page, mode | O_CLOEXEC);
        for (const int flags : {O_RDONLY, O_WRONLY, O_RDWR, O_RDWR | O_TRUNC, O_RDWR | O_NONBLOCK,
                                O_RDWR | O_CREAT, O_RDWR | O_NOFOLLOW, O_PATH | O_NOFOLLOW}) {
            const UniqueFd again(::open(link_of(buffer).c_str(), flags | O_CLOEXEC, 0600));
            s.note(std::format("mode {} opened {:#o}", mode, flags), outcome_of_fd(again.get()));
        }
        s.note("access", ::access(link_of(buffer).c_str(), R_OK | W_OK));
        s.note("access to execute", ::access(link_of(buffer).c_str(), X_OK));
        s.note("unlink", ::unlink(link_of(buffer).c_str()));
        s.note("execve",
               ::execve(link_of(buffer).c_str(), no_arguments.data(), no_arguments.data()));
    }
}

void duplicates(Subject& s) {
    UniqueFd buffer = s.allocate(page);
    const UniqueFd copy(::dup(buffer.get()));
    const UniqueFd high(::fcntl(buffer.get(), F_DUPFD_CLOEXEC, 100));
    s.note("dup2 onto itself", ::dup2(buffer.get(), buffer.get()) == buffer.get() ? 1 : 0);
    s.note("dup3 onto itself", ::dup3(buffer.get(), buffer.get(), O_CLOEXEC));
    s.note("kcmp",
           ::syscall(SYS_kcmp, ::getpid(), ::getpid(), KCMP_FILE, buffer.get(), copy.get()));
    examine(s, "dup", copy);
    buffer.reset();
    examine(s, "dup, the first closed", high);
}

UniqueFd through_socket(const UniqueFd& fd, bool close_first, UniqueFd& sent) {
    std::array<int, 2> ends{};
    (void)::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends.data());
    const UniqueFd left(ends[0]);
    const UniqueFd right(ends[1]);
    char byte = 0;
    iovec data{.iov_base = &byte, .iov_len = 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    int number = fd.get();
    std::memcpy(CMSG_DATA(header), &number, sizeof(number));
    if (::sendmsg(left.get(), &message, 0) != 1) {
        return {};
    }
    if (close_first) {
        sent.reset();
    }
    control.fill(0);
    if (::recvmsg(right.get(), &message, MSG_CMSG_CLOEXEC) != 1) {
        return {};
    }
    std::memcpy(&number, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(number));
    return UniqueFd(number);
}

void messages(Subject& s) {
    for (const unsigned mode : {O_RDONLY, O_WRONLY, O_RDWR}) {
        for (const bool close_first : {false, true}) {
            UniqueFd buffer = s.allocate(page, mode | O_CLOEXEC);
            const UniqueFd received = through_socket(buffer, close_first, buffer);
            examine(s,
                    std::format("mode {} over a socket, {}", mode,
                                close_first ? "closed meanwhile" : "kept"),
                    received);
        }
    }
    UniqueFd buffer = s.allocate(page);
    UniqueFd path(::open(link_of(buffer).c_str(), O_PATH | O_CLOEXEC));
    buffer.reset();
    const UniqueFd received = through_socket(path, true, path);
    examine(s, "O_PATH over a socket", received);
}

void other_process(Subject& s) {
    const UniqueFd buffer = s.allocate(page);
    const uapi::Map map(buffer, page);
    *map.begin() = std::byte{0x21};
    const UniqueFd self(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
    const UniqueFd gotten(
        static_cast<int>(::syscall(SYS_pidfd_getfd, self.get(), buffer.get(), 0)));
    examine(s, "pidfd_getfd", gotten);
    const std::string of_parent = std::format("/proc/{}/fd/{}", ::getpid(), buffer.get());
    const int status = uapi::in_child([&] {
        const UniqueFd path(::open(of_parent.c_str(), O_PATH | O_CLOEXEC));
        const UniqueFd open(::open(of_parent.c_str(), O_RDWR | O_CLOEXEC));
        return path && !open ? errno : 0;
    });
    s.note("open by a child", status / 256);
}

constexpr std::array groups{
    Group{"OPath", paths},
    Group{"ReopenByProc", reopen},
    Group{"Duplicates", duplicates},
    Group{"ScmRights", messages},
    Group{"OtherProcess", other_process},
};

} // namespace

std::span<const Group> descriptor_groups() {
    return groups;
}

} // namespace differential
