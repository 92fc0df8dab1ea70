// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>

namespace parallax::demo {

/// `parallax window`: draw into shared memory with the CPU, and watch what the GPU sees of it.
void add_window(CLI::App& program);

} // namespace parallax::demo
