// SPDX-License-Identifier: MIT
#pragma once

#include "process/stop_signal.hpp"

#include "parallax/dmabuf/unique_fd.hpp"

#include <chrono>
#include <functional>
#include <thread>
#include <utility>

namespace parallax::demo {

/// While this object lives, a request to stop ends the process by the signal: at once, for work
/// that cannot check a StopSignal and leaves nothing behind; or after a time limit, for work that
/// checks it between waits that may not end (a GPU that hangs).
class EndOnStop {
public:
    /// Enough for a frame and its verdict under emulation.
    static constexpr std::chrono::seconds long_enough{30};

    /// @param stop   borrowed.
    /// @param before called first, on this object's thread; restores settings.
    explicit EndOnStop(const StopSignal& stop, std::function<void()> before = {})
        : EndOnStop(stop, std::chrono::milliseconds(0), std::move(before)) {}

    /// @param patience time from the request until the process is ended.
    EndOnStop(const StopSignal& stop, std::chrono::milliseconds patience,
              std::function<void()> before = {});
    EndOnStop(const EndOnStop&) = delete;
    EndOnStop& operator=(const EndOnStop&) = delete;
    EndOnStop(EndOnStop&&) = delete;
    EndOnStop& operator=(EndOnStop&&) = delete;
    ~EndOnStop();

private:
    const StopSignal& stop_;
    std::chrono::milliseconds patience_;
    std::function<void()> before_;
    UniqueFd over_; // an eventfd: readable when this object ends
    std::jthread thread_;
};

} // namespace parallax::demo
