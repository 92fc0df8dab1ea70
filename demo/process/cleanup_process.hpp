// SPDX-License-Identifier: MIT
#pragma once

#include "process/child_process.hpp"

#include "parallax/dmabuf/unique_fd.hpp"

#include <functional>

namespace parallax::demo {

/// Another process that cleans up when this one ends in any way, including SIGKILL to the whole
/// process group, or when this object ends.
///
/// The other process is a copy of this one: if threads have been started, the cleanup may only call
/// async-signal-safe functions (man 7 signal-safety).
class CleanupProcess {
public:
    /// @param cleanup called in the other process, once; must be harmless if the cleanup has been
    ///                done already.
    /// @throws std::system_error when the process cannot be created.
    explicit CleanupProcess(const std::function<void()>& cleanup);
    CleanupProcess(const CleanupProcess&) = delete;
    CleanupProcess& operator=(const CleanupProcess&) = delete;
    CleanupProcess(CleanupProcess&&) = delete;
    CleanupProcess& operator=(CleanupProcess&&) = delete;
    ~CleanupProcess(); ///< waits until it has cleaned up

private:
    UniqueFd lifeline_; // closes when this process ends
    ChildProcess process_;
};

} // namespace parallax::demo
