// SPDX-License-Identifier: MIT
#pragma once

#include "process/exit_status.hpp"

#include <CLI/CLI.hpp>

#include <utility>

namespace parallax::demo {

// One function for each subcommand: adds it to the program. Parsing its command line only sets @p
// chosen, which main() runs.

void add_render(CLI::App& program, Work& chosen);
void add_window(CLI::App& program, Work& chosen);
void add_scanout(CLI::App& program, Work& chosen);
void add_present(CLI::App& program, Work& chosen);
void add_capture(CLI::App& program, Work& chosen);
void add_transform(CLI::App& program, Work& chosen);
void add_share(CLI::App& program, Work& chosen);
void add_view(CLI::App& program, Work& chosen);
void add_pattern(CLI::App& program, Work& chosen);
void add_judge(CLI::App& program, Work& chosen);
void add_probe(CLI::App& program, Work& chosen);
void add_report(CLI::App& program, Work& chosen);
void add_who(CLI::App& program, Work& chosen);
void add_bench(CLI::App& program, Work& chosen);

/// Sets @p chosen to @p work when the subcommand is parsed, unless one of its flags has set it.
inline void choose(CLI::App& command, Work& chosen, Work work) {
    command.callback([&chosen, work = std::move(work)] {
        if (!chosen) {
            chosen = work;
        }
    });
}

} // namespace parallax::demo
