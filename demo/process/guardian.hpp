// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>

namespace parallax::demo {

/// Makes sure that something is undone, whatever becomes of this process: splits it in two. The
/// child goes on and does the work; the guardian stays behind, waits for the child's end (Ctrl-C, a
/// crash and SIGKILL among them), and then undoes. Requests to stop are passed on to the child.
///
/// To be called before any thread has been started.
///
/// @return nothing in the child. In the guardian, after @p undo: the child's exit status.
/// @throws std::system_error when the process cannot be split.
[[nodiscard]] std::optional<int> guard(const std::function<void()>& undo);

} // namespace parallax::demo
