// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/v4l2/device.hpp"

#include <string>

namespace parallax::demo {

/// "XRGB8888, ...": what a FramePool can read, the best first, for messages and help.
[[nodiscard]] std::string readable_format_names();

/// Sets the format that an option names: a name of DRM, or V4L2's four letters.
/// @throws CLI::ValidationError for anything else.
void wish_for_format(v4l2::FormatWishes& wishes, const char* option, const std::string& name);

} // namespace parallax::demo
