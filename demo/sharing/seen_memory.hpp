// SPDX-License-Identifier: MIT
#pragma once

#include "options/pattern_options.hpp"

#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace parallax::demo {

/// What was read in memory that another program has written. A value.
struct SeenMemory {
    Picture picture;
    std::optional<ImageLayout> written = {}; ///< if the other side says where it has written it
    std::string note = {};                   ///< one sentence on what the picture may not show
};

/// Each reads the picture with the layout of @p options, and what is not given there as the other
/// side says, or else by default.
/// @throws UsageError when the file cannot be read, or the memory is smaller than the layout.

/// A file of raw memory, a pipe or a device, of which no more is read than the layout takes.
[[nodiscard]] SeenMemory see_file(const std::string& file, const PatternOptions& options);

/// The next frame of a process that shares dma-bufs over a socket.
/// @throws std::runtime_error as connect_to_sharer(), or if no frame comes.
[[nodiscard]] SeenMemory see_shared(const std::filesystem::path& socket,
                                    std::chrono::milliseconds wait, const PatternOptions& options);

/// A dma-buf that the caller has open.
[[nodiscard]] SeenMemory see_fd(int fd, const PatternOptions& options);

} // namespace parallax::demo
