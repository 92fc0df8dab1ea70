// SPDX-License-Identifier: MIT
#pragma once

#include "machine_facts.hpp"
#include "results.hpp"

#include <string>

namespace parallax::bench {

/// What a run says, as Markdown for people: the machine, the goals, and tables of exporters and of
/// ways to show a frame, each compared with this project's.
/// @param command that repeats the run.
[[nodiscard]] std::string summary(const Results& results, const MachineFacts& machine,
                                  const std::string& command);

} // namespace parallax::bench
