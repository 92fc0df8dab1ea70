// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>

namespace parallax::demo {

/// Adds `parallax capture`: a camera writes into dma-bufs, the GPU renders them without a copy.
void add_capture(CLI::App& program);

} // namespace parallax::demo
