// SPDX-License-Identifier: MIT
#pragma once

#include "case.hpp"
#include "machine_facts.hpp"
#include "results.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace parallax::bench {

struct TimedOptions {
    int repetitions = 9;
    double seconds = 0.05; ///< of work in each repetition, at least one iteration
    std::filesystem::path json;
    bool silent = false; ///< nothing on stdout
    /// Called before each run.
    std::function<void(std::size_t begun, std::size_t all)> progress;
};

/// Runs the cases under Google Benchmark: repetitions of all cases in random order, so that a
/// disturbance affects all of them. Prints text to stdout during the run, and writes Google
/// Benchmark's JSON to a file at the end.
///
/// Cases that this machine does not support are omitted; the reason is printed and added to
/// @p left_out.
[[nodiscard]] Results run_timed(const Cases& cases, const MachineFacts& machine,
                                const TimedOptions& options, std::vector<std::string>& left_out);

} // namespace parallax::bench
