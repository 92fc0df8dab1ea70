// SPDX-License-Identifier: MIT
#pragma once

#include "process/stop_signal.hpp"
#include "viewers/viewer_process.hpp"

#include "parallax/image/sampled_picture.hpp"

#include <cstdint>
#include <expected>
#include <string>

namespace parallax::demo {

/// Waits for a viewer's picture of the memory that it was shown.
/// @param layout  of the memory.
/// @param version of the content, different for each call.
/// @return the memory as the viewer reads it, or the reasons why there is no such view here.
/// @throws std::runtime_error when the viewer failed.
[[nodiscard]] std::expected<SampledPicture, std::string> read_once(ViewerProcess& viewer,
                                                                   const ImageLayout& layout,
                                                                   const StopSignal& stop,
                                                                   std::uint64_t version);

} // namespace parallax::demo
