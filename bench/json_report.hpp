// SPDX-License-Identifier: MIT
#pragma once

#include "counted_run.hpp"
#include "goals.hpp"
#include "machine_facts.hpp"
#include "results.hpp"

#include <string>
#include <vector>

namespace parallax::bench {

/// A timed run as JSON: the machine, what was left out, goals, and for each case and step the
/// quartiles of its repetitions in seconds a turn.
[[nodiscard]] std::string json_report(const Results& results, const MachineFacts& machine,
                                      const std::string& command,
                                      const std::vector<std::string>& left_out);

/// A counted run as JSON: instructions of each case and step, goals, and what grew.
[[nodiscard]] std::string json_report(const Counts& counts, const std::string& kernel,
                                      const std::vector<Goal>& goals,
                                      const std::vector<Growth>& grown);

/// The names of cases as a JSON array.
[[nodiscard]] std::string json_names(const Cases& cases);

} // namespace parallax::bench
