// SPDX-License-Identifier: MIT
#pragma once

#include "counted_run.hpp"
#include "goals.hpp"
#include "machine_facts.hpp"
#include "results.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace parallax::bench {

/// A run as Markdown: the machine, the goals, and tables of exporters and of
/// upload paths, each compared with this project's.
/// @param command that repeats the run.
/// @param coloured for a terminal, instead of Markdown alone.
[[nodiscard]] std::string summary(const Results& results, const MachineFacts& machine,
                                  const std::string& command, bool coloured = false);

/// A timed run as JSON: the machine, omitted cases, goals, and for each case and step the quartiles
/// of its repetitions in seconds per iteration.
[[nodiscard]] std::string json_report(const Results& results, const MachineFacts& machine,
                                      const std::string& command,
                                      const std::vector<std::string>& left_out);

/// A counted run as JSON: instructions of each case and step, goals, and steps that grew.
[[nodiscard]] std::string json_report(const Counts& counts, const std::string& kernel,
                                      const std::vector<Goal>& goals,
                                      const std::vector<Growth>& grown);

/// The names of cases as a JSON array.
[[nodiscard]] std::string json_names(const Cases& cases);

/// Writes what bench/plot draws pictures from: results.dat, with a block for each curve, and
/// run.gp, which tells gnuplot the caption and which subjects and sizes there are.
void write_plot_data(const Results& results, const MachineFacts& machine,
                     const std::filesystem::path& folder);

} // namespace parallax::bench
