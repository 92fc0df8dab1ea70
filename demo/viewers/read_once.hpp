// SPDX-License-Identifier: MIT
#pragma once

#include "process/stop_signal.hpp"
#include "viewers/viewer_process.hpp"

#include "parallax/image/pixels.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>

namespace parallax::demo {

/// Waits for a viewer's picture of the memory that it was shown.
/// @param layout  of the memory.
/// @param version of the content, different for each call.
/// @param limit   time limit, after which the viewer is ended; longer than those of the viewers.
/// @return the memory as the viewer reads it, or why there is no such view here; failed() of the
///         viewer tells whether that is a failure.
[[nodiscard]] std::expected<SampledPicture, std::string>
read_once(ViewerProcess& viewer, const ImageLayout& layout, const StopSignal& stop,
          std::uint64_t version, std::chrono::milliseconds limit = std::chrono::minutes(15));

} // namespace parallax::demo
