// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/unique_fd.hpp"

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace parallax {

/// One message as it came: its bytes, and the file descriptors that came with it, owned.
struct Datagram {
    std::vector<std::byte> bytes; ///< at most UnixSocket::largest_message
    std::vector<UniqueFd> fds;    ///< at most UnixSocket::most_fds, close-on-exec
};

/// Who is at the other end, as the kernel knows it since the connection was made.
struct Peer {
    pid_t pid = 0; ///< process id, as it was when the connection was made
    uid_t uid = 0; ///< effective user id
};

/// One end of a Unix connection that keeps messages apart (SOCK_SEQPACKET) and can carry file
/// descriptors (SCM_RIGHTS). Owned; closed at the end of its life.
///
/// That the other end is gone is an answer here and never a signal: the peer may die at any time.
class UnixSocket {
public:
    static constexpr std::size_t largest_message = 4096; ///< bytes
    static constexpr std::size_t most_fds = 4;           ///< with one message

    /// Takes ownership of a connected SOCK_SEQPACKET socket.
    explicit UnixSocket(UniqueFd&& fd) noexcept : fd_(std::move(fd)) {}

    /// @throws std::system_error: ENOENT or ECONNREFUSED when nobody listens at @p path.
    [[nodiscard]] static UnixSocket connect(const std::filesystem::path& path);

    /// Two ends of one connection.
    /// @throws std::system_error with socketpair's errno.
    [[nodiscard]] static std::pair<UnixSocket, UnixSocket> pair();

    /// Sends one message; the receiver gets duplicates of @p fds, which stay the caller's. Never
    /// waits: a peer that reads nothing until the socket is full counts as gone.
    /// @return false when the other end is gone.
    /// @throws std::system_error for anything else.
    [[nodiscard]] bool send(std::span<const std::byte> bytes, std::span<const int> fds = {}) const;

    /// Waits for one message and takes it. The fds in it are close-on-exec.
    /// @return nothing when the other end is gone.
    /// @throws std::runtime_error when the message is longer, or has more fds, than is allowed;
    ///         all that came with it has been closed then.
    [[nodiscard]] std::optional<Datagram> receive() const;

    /// Borrowed, for poll().
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// Who is at the other end.
    /// @throws std::system_error.
    [[nodiscard]] Peer peer() const;

private:
    UniqueFd fd_;
};

/// A place in the file system where others of the same user can connect.
///
/// Owns the socket and its name: both are gone at the end of its life.
class UnixListener {
public:
    /// Listens at @p path, with mode 0600 from the first moment on. A name that a dead process
    /// left behind is taken over.
    /// @throws std::system_error: EADDRINUSE when somebody listens there, EEXIST when the name
    ///         belongs to something that is no socket, ENAMETOOLONG.
    explicit UnixListener(const std::filesystem::path& path);

    /// Takes socket and name over.
    UnixListener(UnixListener&&) noexcept = default;
    UnixListener& operator=(UnixListener&&) = delete;
    UnixListener(const UnixListener&) = delete;
    UnixListener& operator=(const UnixListener&) = delete;
    ~UnixListener();

    /// Waits for somebody to connect.
    /// @throws std::system_error with accept's errno.
    [[nodiscard]] UnixSocket accept() const;

    /// Borrowed, for poll().
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

private:
    UniqueFd fd_;
    std::filesystem::path path_;
    dev_t device_ = 0; // of the name, so that only our own is removed
    ino_t inode_ = 0;
};

} // namespace parallax
