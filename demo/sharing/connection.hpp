// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/ipc/frame_sharing.hpp"

#include <chrono>
#include <filesystem>

namespace parallax::demo {

/// Connects to a process that shares frames (`parallax share`), and receives its buffers.
/// @param wait for this process to start, and for its buffers.
/// @throws std::runtime_error with one sentence: there is none, with instructions, or the error of
///         the other side.
[[nodiscard]] FrameReceiver connect_to_sharer(const std::filesystem::path& path,
                                              std::chrono::milliseconds wait);

} // namespace parallax::demo
