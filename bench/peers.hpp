// SPDX-License-Identifier: MIT
#pragma once

#include "results.hpp"

#include <string>

namespace parallax::bench {

/// Each step of a buffer's life, at each size, against each other exporter: how many times as much
/// it costs there as with this project's exporter. A Markdown table; empty if nothing can be
/// compared.
/// @param coloured marks what costs more here, for a terminal.
[[nodiscard]] std::string peers_table(const Results& results, bool coloured);

} // namespace parallax::bench
