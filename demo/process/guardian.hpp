// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>

namespace parallax::demo {

/// Ensures that @p undo is called however the work ends: forks a child, which does the work. This
/// process becomes the guardian, which waits for the child's end, also by Ctrl-C, Ctrl-\, a crash
/// or SIGKILL, and then calls @p undo. Requests to stop are passed on to the child.
///
/// To be called before any thread has been started.
///
/// @return nothing in the child. In the guardian, after @p undo: the child's exit status.
/// @throws std::system_error when the process cannot fork.
[[nodiscard]] std::optional<int> guard(const std::function<void()>& undo);

} // namespace parallax::demo
