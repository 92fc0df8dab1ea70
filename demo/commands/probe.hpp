// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>

namespace parallax::demo {

/// `parallax probe`: which exporters and devices this machine has, what each can do, or why not.
void add_probe(CLI::App& program);

} // namespace parallax::demo
