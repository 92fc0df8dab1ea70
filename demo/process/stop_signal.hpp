// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/unique_fd.hpp"

namespace parallax::demo {

/// The wish to stop (Ctrl-C, SIGTERM, a terminal that hangs up) as something to wait for, so that a
/// loop ends where everything is in order and destructors clean up.
///
/// Made before any thread starts: threads inherit that the signals are blocked.
class StopSignal {
public:
    StopSignal();

    /// Readable once it is time to stop. Borrowed, for poll().
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// Whether it is time to stop; stays true.
    [[nodiscard]] bool raised() const;

private:
    UniqueFd fd_;
};

} // namespace parallax::demo
