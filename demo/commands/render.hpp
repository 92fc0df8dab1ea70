// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>

namespace parallax::demo {

/// `parallax render`: the CPU writes a picture, the GPU renders it, both views are compared.
void add_render(CLI::App& program);

} // namespace parallax::demo
