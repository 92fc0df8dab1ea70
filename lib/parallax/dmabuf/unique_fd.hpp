// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace parallax {

/// Owns one file descriptor and closes it. Move-only.
///
/// An fd changes hands only as `UniqueFd&&`. Functions that merely use it take the raw number
/// from get() and must not keep it.
class UniqueFd {
public:
    UniqueFd() noexcept = default;

    /// Takes ownership of @p fd; a negative number means "none".
    explicit UniqueFd(int fd) noexcept : fd_(fd) {}

    /// Leaves @p other empty.
    UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}

    /// Closes the former fd. Leaves @p other empty.
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        if (this != &other) {
            reset(other.release());
        }
        return *this;
    }

    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;

    ~UniqueFd() { reset(); }

    /// Borrowed: stays valid, and stays open, only as long as this object.
    [[nodiscard]] int get() const noexcept { return fd_; }

    /// True if it holds an fd.
    [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

    /// Releases ownership; the caller must close the fd or pass it on.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }

    /// Closes the former fd and takes ownership of @p fd. Keeps errno, so that an error path may
    /// clean up before it reports.
    void reset(int fd = -1) noexcept {
        if (fd_ >= 0) {
            const int saved = errno;
            ::close(fd_); // Linux has released the number even where close() reports EINTR
            errno = saved;
        }
        fd_ = fd;
    }

    /// A second fd for the same open file, close-on-exec.
    /// @throws std::system_error with dup's errno (EMFILE when the process may open no more).
    [[nodiscard]] UniqueFd duplicate() const {
        const int copy = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
        if (copy < 0) {
            throw std::system_error(errno, std::generic_category(),
                                    "cannot duplicate a file descriptor");
        }
        return UniqueFd(copy);
    }

private:
    int fd_ = -1;
};

} // namespace parallax
