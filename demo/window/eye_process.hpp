// SPDX-License-Identifier: MIT
#pragma once

#include "window/eye_kind.hpp"

#include "parallax/unix_socket.hpp"

namespace parallax::demo {

/// All the life of an eye's process, from fork() on: answers questions until the other end of the
/// socket closes, then lets the looker put everything back, and ends. Signals that ask to stop are
/// for the window: their end of it comes when the window's has come.
[[noreturn]] void run_eye_process(const EyeKind& kind, const EyeOptions& options,
                                  const UnixSocket& socket) noexcept;

} // namespace parallax::demo
