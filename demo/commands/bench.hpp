// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>

namespace parallax::demo {

/// `parallax bench`: exporters and ways to show frames, measured against each other.
void add_bench(CLI::App& program);

} // namespace parallax::demo
