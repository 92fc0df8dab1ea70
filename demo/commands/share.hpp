// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>

namespace parallax::demo {

/// Adds `parallax share`: draws frames into dma-bufs and hands them to other processes.
void add_share(CLI::App& program);

} // namespace parallax::demo
