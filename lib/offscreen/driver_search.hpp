// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"

#include <span>
#include <string>

namespace parallax {

/// What the Vulkan loader said while it looked for drivers.
struct LoaderMessage {
    bool trouble = false; ///< a warning or an error; else information
    std::string text;
};

/// What became of each driver file, by what the loader said: the files that were tried, and what
/// went wrong with which. A pure function.
[[nodiscard]] Reasons explain_driver_search(std::span<const LoaderMessage> messages);

/// Has the loader look for drivers once more, and listens. For when it has found none: it takes as
/// long as starting Vulkan does.
/// @return as explain_driver_search(); empty where there is no loader.
[[nodiscard]] Reasons explain_driver_search();

} // namespace parallax
