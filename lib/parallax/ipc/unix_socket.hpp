// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace parallax {

/// One received message: its bytes, and the file descriptors in it, owned.
struct Datagram {
    std::vector<std::byte> bytes; ///< at most UnixSocket::largest_message
    std::vector<UniqueFd> fds;    ///< at most UnixSocket::most_fds, close-on-exec
};

/// The process at the other end, as the kernel recorded it when the connection was made.
struct Peer {
    pid_t pid = 0; ///< process id; 0 if it has none in this PID namespace
    uid_t uid = 0; ///< effective user id

    /// "process 123", or a text for a process in a PID namespace that is not visible here.
    [[nodiscard]] std::string name() const;
};

/// One end of a Unix connection that keeps messages apart (SOCK_SEQPACKET) and can carry file
/// descriptors (SCM_RIGHTS). Owned; closed by the destructor.
///
/// The peer may die at any time: this is reported as a return value, never as a signal.
class UnixSocket {
public:
    static constexpr std::size_t largest_message = 4096; ///< bytes
    static constexpr std::size_t most_fds = 4;           ///< with one message

    /// Takes ownership of a connected SOCK_SEQPACKET socket.
    explicit UnixSocket(UniqueFd&& fd) noexcept : fd_(std::move(fd)) {}

    /// Connects without waiting.
    /// @throws std::system_error: ENOENT or ECONNREFUSED when no process listens at @p path, EAGAIN
    ///         when the listener's queue is full.
    [[nodiscard]] static UnixSocket connect(const std::filesystem::path& path);

    /// The two ends of a new connection.
    /// @throws std::system_error with socketpair's errno.
    [[nodiscard]] static std::pair<UnixSocket, UnixSocket> pair();

    /// Sends one message without waiting; a peer whose socket is full counts as gone. The receiver
    /// gets duplicates of @p fds, which stay the caller's.
    /// @param bytes 1 to largest_message.
    /// @param fds   at most most_fds.
    /// @return false when the other end is gone.
    /// @throws std::invalid_argument for other numbers of bytes or fds, std::system_error with
    ///         sendmsg's errno.
    [[nodiscard]] bool send(std::span<const std::byte> bytes, std::span<const int> fds = {}) const;

    /// Waits for one message and receives it. The fds in it are close-on-exec.
    /// @param limit time limit; negative: until a message comes or the other end is gone.
    /// @return nothing when the other end is gone and all its messages have been received, or when
    ///         the message is empty.
    /// @throws std::system_error with ETIMEDOUT when no message came in time.
    /// @throws std::runtime_error when the message is too long, has too many fds, which are closed
    ///         then, or fds of which this process may open no more.
    [[nodiscard]] std::optional<Datagram>
    receive(std::chrono::milliseconds limit = std::chrono::milliseconds(-1)) const;

    /// Borrowed, for poll().
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// The process at the other end.
    /// @throws std::system_error with getsockopt's errno.
    [[nodiscard]] Peer peer() const;

private:
    UniqueFd fd_;
};

/// Permissions of a socket in the file system.
struct SocketAccess {
    mode_t mode = 0600;           ///< as for chmod(); write permission allows connecting
    std::optional<gid_t> group{}; ///< of the socket; the process's group if none
};

/// A listening Unix socket in the file system; by default only the same user can connect.
///
/// Owns the socket and its name, and removes both in its destructor.
class UnixListener {
public:
    /// Listens at @p path. The permissions hold from the socket's creation on. Replaces a socket
    /// that a dead process left behind.
    /// @throws std::system_error: EADDRINUSE when a process listens there, EEXIST when the file is
    ///         not a socket, ENAMETOOLONG; EPERM when the group is not one of this user's.
    explicit UnixListener(const std::filesystem::path& path, const SocketAccess& access = {});

    /// Leaves the other one without socket and name.
    UnixListener(UnixListener&&) noexcept = default;
    UnixListener& operator=(UnixListener&&) = delete;
    UnixListener(const UnixListener&) = delete;
    UnixListener& operator=(const UnixListener&) = delete;
    ~UnixListener();

    /// Waits for a connection and accepts it.
    /// @param limit time limit; negative: none.
    /// @return nothing when there is no file descriptor or no memory for it; it stays in the queue.
    /// @throws std::system_error with ETIMEDOUT, or with accept's errno.
    [[nodiscard]] std::optional<UnixSocket>
    accept(std::chrono::milliseconds limit = std::chrono::milliseconds(-1)) const;

    /// Borrowed, for poll().
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

private:
    UniqueFd fd_;
    std::filesystem::path path_;
    dev_t device_ = 0; // of the name, so that no other socket is removed
    ino_t inode_ = 0;
};

} // namespace parallax
