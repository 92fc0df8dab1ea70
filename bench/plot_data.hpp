// SPDX-License-Identifier: MIT
#pragma once

#include "machine_facts.hpp"
#include "results.hpp"

#include <filesystem>

namespace parallax::bench {

/// Writes what bench/plot draws pictures from: results.dat, with a block for each curve, and
/// run.gp, which tells gnuplot the caption and which subjects and sizes there are.
void write_plot_data(const Results& results, const MachineFacts& machine,
                     const std::filesystem::path& folder);

} // namespace parallax::bench
