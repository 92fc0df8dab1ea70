// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"

#include <poll.h>

#include <csignal>

namespace parallax::demo {

/// An fd to poll during work, whose event makes the work unwanted.
struct Interrupt {
    int fd = -1; ///< borrowed; -1: none
    short events = POLLIN;

    [[nodiscard]] bool raised() const;
};

/// A request to stop (Ctrl-C, SIGTERM, SIGHUP) as an fd to poll, so that a loop ends at a defined
/// point and destructors clean up. SIGHUP is left ignored under nohup.
///
/// Created before any thread starts: threads inherit that the signals are blocked.
class StopSignal {
public:
    StopSignal();

    /// Readable once a stop is requested. Borrowed, for poll().
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// True once a stop is requested.
    [[nodiscard]] bool raised() const;

    /// Once raised: ends this process by the signal, as if it had never been blocked.
    [[noreturn]] void end_process() const noexcept;

private:
    sigset_t signals_{};
    UniqueFd fd_;
};

} // namespace parallax::demo
