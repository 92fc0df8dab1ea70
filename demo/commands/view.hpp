// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>

namespace parallax::demo {

/// Adds `parallax view`: imports the frames of another process and compares what GPU and CPU see.
void add_view(CLI::App& program);

} // namespace parallax::demo
