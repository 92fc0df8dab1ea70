// SPDX-License-Identifier: MIT
#include "parallax/unix_socket.hpp"

#include "parallax/error.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <format>
#include <stdexcept>

namespace parallax {
namespace {

UniqueFd create_socket() {
    UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    if (!fd) {
        throw_errno("cannot create a Unix socket");
    }
    return fd;
}

sockaddr_un address_of(const std::filesystem::path& path) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const std::string& name = path.native();
    if (name.empty() || name.size() >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        throw_errno(std::format("a socket's path has 1 to {} bytes, '{}' has {}",
                                sizeof(address.sun_path) - 1, name, name.size()));
    }
    std::ranges::copy(name, address.sun_path);
    return address;
}

int connect_to(const UniqueFd& fd, const sockaddr_un& address) {
    return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

int bind_to(const UniqueFd& fd, const sockaddr_un& address) {
    return ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

/// Removes the name if a dead process left it behind.
void take_over(const std::filesystem::path& path, const sockaddr_un& address) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode)) {
        errno = EEXIST;
        throw_errno(std::format("{} is there already, and is no socket", path.string()));
    }
    if (connect_to(create_socket(), address) == 0 || errno != ECONNREFUSED) {
        errno = EADDRINUSE;
        throw_errno(std::format("somebody listens at {} already", path.string()));
    }
    ::unlink(path.c_str()); // where that fails, bind says why
}

bool peer_is_gone(int error) {
    return error == EPIPE || error == ECONNRESET || error == ENOTCONN || error == EAGAIN;
}

/// Room for the control message of the fds, aligned as CMSG wants it.
union FdRoom {
    cmsghdr header;
    std::array<char, CMSG_SPACE(sizeof(int) * UnixSocket::most_fds)> bytes;
};

/// Owns every fd in a message, so that none is lost whatever is thrown afterwards.
std::vector<UniqueFd> take_fds(msghdr& message) {
    std::vector<UniqueFd> fds;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
            fds.emplace_back(fd);
        }
    }
    return fds;
}

} // namespace

UnixSocket UnixSocket::connect(const std::filesystem::path& path) {
    UniqueFd fd = create_socket();
    if (connect_to(fd, address_of(path)) != 0) {
        throw_errno(std::format("cannot connect to {}", path.string()));
    }
    return UnixSocket(std::move(fd));
}

std::pair<UnixSocket, UnixSocket> UnixSocket::pair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        throw_errno("cannot create a pair of Unix sockets");
    }
    return {UnixSocket(UniqueFd(ends[0])), UnixSocket(UniqueFd(ends[1]))};
}

bool UnixSocket::send(std::span<const std::byte> bytes, std::span<const int> fds) const {
    if (bytes.empty() || bytes.size() > largest_message || fds.size() > most_fds) {
        throw std::invalid_argument("a message has 1 to 4096 bytes and at most 4 fds");
    }
    // The kernel does not write through it.
    iovec data{.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    FdRoom room{};
    if (!fds.empty()) {
        message.msg_control = room.bytes.data();
        message.msg_controllen = CMSG_SPACE(fds.size_bytes());
        cmsghdr* const part = CMSG_FIRSTHDR(&message);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(fds.size_bytes());
        std::memcpy(CMSG_DATA(part), fds.data(), fds.size_bytes());
    }
    if (::sendmsg(fd_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
        return true;
    }
    if (!peer_is_gone(errno)) {
        throw_errno("cannot send a message");
    }
    return false;
}

std::optional<Datagram> UnixSocket::receive() const {
    Datagram datagram;
    datagram.bytes.resize(largest_message);
    iovec data{.iov_base = datagram.bytes.data(), .iov_len = datagram.bytes.size()};
    FdRoom room{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = room.bytes.data();
    message.msg_controllen = sizeof(room);
    ssize_t length = 0;
    do {
        length = ::recvmsg(fd_.get(), &message, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    if (length < 0 && !peer_is_gone(errno)) {
        throw_errno("cannot receive a message");
    }
    if (length <= 0) { // an empty message is the end: none is ever sent
        return std::nullopt;
    }
    datagram.fds = take_fds(message);
    if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        throw std::runtime_error(std::format(
            "the other side sent a message of more than {} bytes or {} file descriptors",
            largest_message, most_fds));
    }
    datagram.bytes.resize(static_cast<std::size_t>(length));
    return datagram;
}

Peer UnixSocket::peer() const {
    ucred credentials{};
    socklen_t size = sizeof(credentials);
    if (::getsockopt(fd_.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        throw_errno("cannot ask who is at the other end of a socket");
    }
    return {.pid = credentials.pid, .uid = credentials.uid};
}

UnixListener::UnixListener(const std::filesystem::path& path) : fd_(create_socket()), path_(path) {
    const sockaddr_un address = address_of(path);
    // The name takes over the socket's mode when it is bound: there is no moment at which others
    // could connect, and no umask to change for the whole process.
    if (::fchmod(fd_.get(), 0600) != 0) {
        throw_errno("cannot set the mode of a socket");
    }
    if (bind_to(fd_, address) != 0) {
        if (errno == EADDRINUSE) {
            take_over(path, address);
        }
        if (bind_to(fd_, address) != 0) {
            throw_errno(std::format("cannot listen at {}", path.string()));
        }
    }
    struct stat status{};
    if (::lstat(path.c_str(), &status) == 0) {
        device_ = status.st_dev;
        inode_ = status.st_ino;
    }
    if (::listen(fd_.get(), 8) != 0) {
        throw_errno(std::format("cannot listen at {}", path.string()));
    }
}

UnixListener::~UnixListener() {
    struct stat status{};
    if (fd_ && ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ &&
        status.st_ino == inode_) {
        ::unlink(path_.c_str());
    }
}

UnixSocket UnixListener::accept() const {
    UniqueFd fd;
    do {
        fd.reset(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    } while (!fd && (errno == EINTR || errno == ECONNABORTED));
    if (!fd) {
        throw_errno("cannot accept a connection");
    }
    return UnixSocket(std::move(fd));
}

} // namespace parallax
