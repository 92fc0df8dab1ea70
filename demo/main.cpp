// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"
#include "report/failure.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <string>

using namespace parallax::demo;
using parallax::printable;

namespace {

/// Checks the subcommand, since CLI11's message would only say that one is missing.
/// @throws UsageError with the names of the subcommands.
void require_known(const CLI::App& program, const std::string& wanted) {
    const auto known = program.get_subcommands({});
    if (!std::ranges::contains(known, wanted, &CLI::App::get_name)) {
        throw UsageError(
            parallax::text::format("there is no subcommand '{}'; there are {}", wanted,
                                   parallax::joined(known, ", ", &CLI::App::get_name)));
    }
}

/// Takes the numbers of standard streams that are closed, so that no other file gets them, and what
/// is said does not go there. They can be written to and read from as little as before.
void keep_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) < 0) { // open() takes the lowest number
            static_cast<void>(::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY));
        }
    }
}

} // namespace

int main(int argc, char** argv) try {
    keep_standard_streams();
    std::signal(SIGCHLD, SIG_DFL); // if it is ignored, a child's exit status is lost
    CLI::App program{"One piece of memory, seen from several sides: written by the CPU through a "
                     "dma-buf's mmap, imported into Vulkan, compared.",
                     "parallax"};
    program.set_version_flag("--version", "parallax " PARALLAX_VERSION);
    program.require_subcommand(1);
    program.failure_message([](const CLI::App* app, const CLI::Error& error) {
        return CLI::FailureMessage::simple(app, {error.get_name(), printable(error.what())});
    });
    program.footer(
        "Begin with: parallax probe, then parallax render. Each subcommand has --help with "
        "examples.\nExit status: 0 success, all views agree; 1 views differ; 2 bad usage; 3 not "
        "supported on this system; 4 run-time error; 5 validation messages.");
    Work chosen;
    for (const auto add :
         {add_render, add_window, add_scanout, add_present, add_capture, add_transform, add_share,
          add_view, add_pattern, add_judge, add_probe, add_report, add_who, add_bench}) {
        add(program, chosen);
    }
    try {
        if (argc > 1 && *argv[1] != '-') {
            require_known(program, argv[1]);
        }
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asked_for_help = program.exit(error) == 0;
        return static_cast<int>(
            finish_output(asked_for_help ? ExitStatus::agree : ExitStatus::bad_usage));
    }
    return static_cast<int>(finish_output(chosen()));
} catch (const std::exception& error) {
    return static_cast<int>(report_failure(error));
}
