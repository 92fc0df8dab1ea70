// SPDX-License-Identifier: MIT
#include "commands/bench.hpp"
#include "commands/capture.hpp"
#include "commands/probe.hpp"
#include "commands/render.hpp"
#include "commands/scanout.hpp"
#include "commands/share.hpp"
#include "commands/view.hpp"
#include "commands/window.hpp"
#include "exit_status.hpp"
#include "failure.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <format>
#include <string>

using namespace parallax::demo;

namespace {

/// CLI11 would only say that a subcommand is missing.
/// @throws UsageError with the names of those that there are.
void require_known(const CLI::App& program, const std::string& wanted) {
    std::string names;
    for (const CLI::App* known : program.get_subcommands({})) {
        if (known->get_name() == wanted) {
            return;
        }
        names += (names.empty() ? "" : ", ") + known->get_name();
    }
    throw UsageError(std::format("there is no subcommand '{}'; there are {}", wanted, names));
}

} // namespace

int main(int argc, char** argv) try {
    CLI::App program{"One piece of memory, seen from several sides: written by the CPU through a "
                     "dma-buf's mmap, imported into Vulkan, compared.",
                     "parallax"};
    program.set_version_flag("--version", "parallax " PARALLAX_VERSION);
    program.require_subcommand(1);
    program.footer(
        "Begin with: parallax probe, then parallax render. Each subcommand has --help with "
        "examples.\nExit status: 0 done, all views agree; 1 views differ; 2 bad usage; 3 this "
        "machine cannot do it; 4 failed on the way; 5 validation messages.");
    add_render(program);
    add_window(program);
    add_scanout(program);
    add_capture(program);
    add_share(program);
    add_view(program);
    add_probe(program);
    add_bench(program);

    try {
        if (argc > 1 && *argv[1] != '-') {
            require_known(program, argv[1]);
        }
        program.parse(argc, argv);
    } catch (const CLI::RuntimeError& end) { // a subcommand has run
        return static_cast<int>(finish_output(static_cast<ExitStatus>(end.get_exit_code())));
    } catch (const CLI::ParseError& error) {
        const bool asked_for_help = program.exit(error) == 0;
        return static_cast<int>(
            finish_output(asked_for_help ? ExitStatus::agree : ExitStatus::bad_usage));
    }
    return 0;
} catch (const std::exception& error) {
    return static_cast<int>(report_failure(error));
}
