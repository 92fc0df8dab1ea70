// SPDX-License-Identifier: MIT
#include "parallax/ipc/unix_socket.hpp"

#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>

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
        throw_errno(text::format("a socket's path has 1 to {} bytes, '{}' has {}",
                                 sizeof(address.sun_path) - 1, name, name.size()));
    }
    std::ranges::copy(name, address.sun_path);
    return address;
}

/// Non-blocking: if the listener's queue is full, connect() fails with EAGAIN.
int connect_to(const UniqueFd& fd, const sockaddr_un& address) {
    const int flags = ::fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) != 0) {
        return -1;
    }
    const int result =
        ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    const int error = errno;
    ::fcntl(fd.get(), F_SETFL, flags);
    errno = error;
    return result;
}

int bind_to(const UniqueFd& fd, const sockaddr_un& address) {
    return ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

/// Locks a folder against other listeners: a socket that is bound and does not listen yet looks
/// like that of a dead process. Has no effect if the folder cannot be opened or stays locked.
class FolderLock {
public:
    explicit FolderLock(const std::filesystem::path& folder)
        : fd_(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        constexpr int most = 200; // times: a second
        for (int i = 0; i < most && ::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0 &&
                        (errno == EWOULDBLOCK || errno == EINTR);
             ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }

private:
    UniqueFd fd_; // closing it unlocks the folder
};

/// Removes the name if a dead process left it behind.
void take_over(const std::filesystem::path& path, const sockaddr_un& address) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode)) {
        errno = EEXIST;
        throw_errno(text::format("{} exists already, and is not a socket", path.string()));
    }
    const int error = connect_to(create_socket(), address) == 0 ? 0 : errno;
    if (error == EACCES || error == EPERM) {
        errno = error;
        throw_errno(text::format("{} exists already, and this user may not check whether a process "
                                 "listens there",
                                 path.string()));
    }
    if (error != ECONNREFUSED && error != ENOENT) { // another type, a queue that is full
        errno = EADDRINUSE;
        throw_errno(text::format("a process listens at {} already", path.string()));
    }
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        throw_errno(text::format("{} was left behind by a process that is gone, and cannot be "
                                 "removed",
                                 path.string()));
    }
}

/// The name that bind() has just created, as an fd: another user who may write to the folder can
/// replace the name by a link.
UniqueFd open_name(const std::filesystem::path& path, struct stat& status) {
    UniqueFd name(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!name || ::fstat(name.get(), &status) != 0) {
        throw_errno(text::format("cannot open {}, which was created just now", path.string()));
    }
    if (!S_ISSOCK(status.st_mode) || status.st_uid != ::geteuid()) {
        errno = EEXIST;
        throw_errno(text::format("{} was replaced while it was created", path.string()));
    }
    return name;
}

/// Sets group and mode of a socket that only its user can open so far. It does not listen yet.
void give_access(const UniqueFd& name, const std::filesystem::path& path,
                 const SocketAccess& access) {
    const auto fail = [&path](const std::string& sentence) {
        const int error = errno;
        ::unlink(path.c_str());
        errno = error;
        throw_errno(sentence);
    };
    if (access.group &&
        ::fchownat(name.get(), "", static_cast<uid_t>(-1), *access.group, AT_EMPTY_PATH) != 0) {
        fail(text::format("cannot give {} to the group {}, which takes root or a member of it",
                          path.string(), *access.group));
    }
    // fchmod() takes no O_PATH fd.
    const std::string link = text::format("/proc/self/fd/{}", name.get());
    if (access.mode != 0600 && ::chmod(link.c_str(), access.mode) != 0) {
        fail(text::format("cannot set the mode of {}", path.string()));
    }
}

bool peer_is_gone(int error) {
    return error == EPIPE || error == ECONNRESET || error == ENOTCONN;
}

/// Waits until there is something to receive, the end of the connection included.
/// @throws std::system_error with ETIMEDOUT after @p limit; negative: no limit.
void wait_for_message(int fd, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    int ready = 0;
    do {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        ready = ::poll(&waiting, 1,
                       limit.count() < 0 ? -1 : static_cast<int>(std::max(left.count(), 0L)));
    } while (ready < 0 && errno == EINTR);
    if (ready == 0) {
        errno = ETIMEDOUT;
    }
    if (ready <= 0) {
        throw_errno(text::format("nothing was received within {}", limit));
    }
}

/// Room for the control message of the fds, aligned as CMSG wants it.
union FdRoom {
    cmsghdr header;
    std::array<char, CMSG_SPACE(sizeof(int) * UnixSocket::most_fds)> bytes;
};

/// Takes ownership of every fd in a message, so that none leaks if an exception is thrown later.
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
        throw_errno(text::format("cannot connect to {}", path.string()));
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
    if (!peer_is_gone(errno) && errno != EAGAIN) {
        throw_errno("cannot send a message");
    }
    return false;
}

std::optional<Datagram> UnixSocket::receive(std::chrono::milliseconds limit) const {
    wait_for_message(fd_.get(), limit);
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
    bool reset = false;
    do {
        length = ::recvmsg(fd_.get(), &message, MSG_CMSG_CLOEXEC);
        // A peer that closes with unread messages resets the connection. The kernel reports that
        // once, before the messages that the peer had sent, which can still be received.
    } while (length < 0 &&
             (errno == EINTR || (errno == ECONNRESET && !std::exchange(reset, true))));
    if (length < 0 && !peer_is_gone(errno)) {
        throw_errno("cannot receive a message");
    }
    if (length < 0) {
        return std::nullopt;
    }
    datagram.fds = take_fds(message); // an empty message may have some, too
    if (length == 0) { // the end; an empty message, which is never sent, counts as one
        return std::nullopt;
    }
    if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        throw std::runtime_error(text::format(
            "the other side sent a message of more than {} bytes or {} file descriptors, or this "
            "process may have no more of these open",
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

std::string Peer::name() const {
    return pid != 0 ? text::format("process {}", pid)
                    : text::format("a process of user {} in another PID namespace", uid);
}

UnixListener::UnixListener(const std::filesystem::path& path, const SocketAccess& access)
    : fd_(create_socket()),
      path_(path) {
    const sockaddr_un address = address_of(path);
    const FolderLock lock(path.parent_path());
    // bind() creates the name with the socket's mode, so others can connect at no time, and the
    // umask of the whole process need not be changed.
    if (::fchmod(fd_.get(), 0600) != 0) {
        throw_errno("cannot set the mode of a socket");
    }
    if (bind_to(fd_, address) != 0) {
        if (errno == EADDRINUSE) {
            take_over(path, address);
        }
        if (bind_to(fd_, address) != 0) {
            throw_errno(text::format("cannot listen at {}", path.string()));
        }
    }
    struct stat status{};
    const UniqueFd name = open_name(path, status);
    device_ = status.st_dev;
    inode_ = status.st_ino;
    give_access(name, path, access);
    if (::listen(fd_.get(), 8) != 0) {
        throw_errno(text::format("cannot listen at {}", path.string()));
    }
}

UnixListener::~UnixListener() {
    struct stat status{};
    if (fd_ && ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ &&
        status.st_ino == inode_) {
        ::unlink(path_.c_str());
    }
}

std::optional<UnixSocket> UnixListener::accept(std::chrono::milliseconds limit) const {
    wait_for_message(fd_.get(), limit);
    UniqueFd fd;
    do {
        fd.reset(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    } while (!fd && (errno == EINTR || errno == ECONNABORTED));
    if (!fd && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)) {
        return std::nullopt;
    }
    if (!fd) {
        throw_errno("cannot accept a connection");
    }
    return UnixSocket(std::move(fd));
}

} // namespace parallax
