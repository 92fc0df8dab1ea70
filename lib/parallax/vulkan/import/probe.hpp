// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/import/requirements.hpp"
#include "parallax/vulkan/importer.hpp"

namespace parallax {

/// Asks the driver for its answers to a request. Creates images and a buffer on trial, without
/// memory, and destroys them. A refusal is an answer, not an error.
[[nodiscard]] DriverAnswers ask_driver(const Importer& importer, const ImageRequest& request);

} // namespace parallax
