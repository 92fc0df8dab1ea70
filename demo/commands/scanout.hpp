// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>

namespace parallax::demo {

/// Adds `parallax scanout`: a display shows what the CPU writes, or the GPU renders, into dma-bufs.
void add_scanout(CLI::App& program);

} // namespace parallax::demo
