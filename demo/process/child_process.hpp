// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"

#include <poll.h>
#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace parallax::demo {

/// fork(), after flushing the streams, so that no output is printed twice.
/// @return 0 in the child, and the child's process id in the parent.
/// @throws std::system_error with fork's errno.
[[nodiscard]] pid_t fork_process();

/// A child process, terminated and reaped with this object. Every wait has a time limit, also for a
/// child that is stopped, ignores SIGTERM, or hangs in the kernel.
class ChildProcess {
public:
    enum class Output { to_stderr, thrown_away };

    static constexpr std::chrono::milliseconds grace{2000}; ///< from SIGTERM to SIGKILL

    /// Starts another program, without standard input, and in a new session: Ctrl-C does not reach
    /// it, no terminal can stop it, and it is terminated together with the programs that it
    /// started.
    /// @param program   its path.
    /// @param arguments argv; the first is its name.
    /// @param output    destination of its standard output; that of this process is for results.
    /// @throws std::system_error when it cannot be started, or there is no fd for a pidfd.
    ChildProcess(const char* program, std::vector<std::string> arguments, Output output);

    /// Takes ownership of a child of fork_process().
    /// @throws std::system_error when there is no fd for a pidfd; the child has been killed then.
    explicit ChildProcess(pid_t forked);

    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ChildProcess(ChildProcess&&) = delete;
    ChildProcess& operator=(ChildProcess&&) = delete;
    ~ChildProcess();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// True once the process has exited.
    [[nodiscard]] bool ended() noexcept;

    /// Waits until it has exited.
    /// @param limit time limit; negative: none.
    /// @param also  one more fd to poll; its revents are set.
    /// @return true if it has exited.
    bool wait(std::chrono::milliseconds limit, pollfd& also) noexcept;
    bool wait(std::chrono::milliseconds limit) noexcept;

    /// Terminates it: SIGTERM, and SIGKILL if it has not exited after @p patience. A stopped child
    /// is continued for that.
    void end(std::chrono::milliseconds patience = grace) noexcept;

    /// Sends a signal to it, and to the programs that it started.
    void send(int signal) const noexcept;

    /// Its pidfd, which is readable once it has exited. Borrowed, for poll().
    [[nodiscard]] int handle() const noexcept { return handle_.get(); }

    /// Its exit status, once ended(); -1 if a signal ended it.
    [[nodiscard]] int status() const noexcept;

    /// The signal that ended it, once ended(); 0 if it exited.
    [[nodiscard]] int signal() const noexcept;

private:
    void watch();

    pid_t pid_ = 0;
    bool leads_group_ = false;
    bool ended_ = false;  // reaped only by the destructor, so that its pid is not reused
    bool reaped_ = false; // by the kernel, if SIGCHLD is ignored
    int code_ = 0;        // of waitid()
    int status_ = 0;
    UniqueFd handle_;
};

} // namespace parallax::demo
