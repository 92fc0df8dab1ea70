// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "machine/machine.hpp"
#include "process/end_on_stop.hpp"
#include "process/exit_status.hpp"
#include "process/say.hpp"
#include "process/stop_signal.hpp"
#include "report/failure.hpp"
#include "report/progress.hpp"

#include "counted_run.hpp"
#include "goals.hpp"
#include "peers.hpp"
#include "reports.hpp"
#include "suite.hpp"
#include "timed_run.hpp"

#include "files/write_file.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <optional>
#include <regex>

namespace parallax::demo {
namespace {

struct BenchOptions {
    std::string filter;
    DeviceOptions device;
    std::filesystem::path out = "out/bench";
    bool quick = false;
    bool list = false;
    bool count = false;
    bool json = false;
    std::filesystem::path against;
    std::filesystem::path keep;
    std::string command; ///< that repeats this run
};

/// True if slower steps are to be coloured: on a terminal, or where CLICOLOR_FORCE says that there
/// is one behind the output.
bool coloured() {
    return (::isatty(STDOUT_FILENO) == 1 || std::getenv("CLICOLOR_FORCE") != nullptr) &&
           std::getenv("NO_COLOR") == nullptr;
}

bench::Cases counted_cases(bench::Settings& settings, const std::string& filter,
                           const std::shared_ptr<bench::VulkanDevice>& device) {
    std::vector<std::string> left_out;
    const bench::Sources sources = bench::open_sources(
        settings, bench::Purpose::measure, bench::full_scope().largest_buffer(), left_out);
    return bench::filtered(bench::counted_cases(sources, device), filter);
}

/// This project's exporter, whose costs must not grow. With its pool, only allocation differs. Of
/// frames, those of the CPU's part.
bench::Counts own_costs(const bench::Counts& counts) {
    bench::Counts own;
    for (const auto& [name, steps] : counts) {
        if (name.contains(text::format("/{}/", bench::source_name::ours))) {
            own[name] = steps;
        } else if (name.starts_with(text::format("buffer/{}/", bench::source_name::ours_pool))) {
            own[name] = {*steps.find("allocate")};
        } else if (name.contains(text::format("/{}/", bench::imported_ours))) {
            own[name] = {*steps.find("write")};
        }
    }
    return own;
}

/// "7.3" of "7.3.0-1-amd64": the counts do not differ between builds of one kernel.
std::string kernel_name(const std::string& release) {
    return release.substr(0, release.find_first_not_of("0123456789", release.find('.') + 1));
}

bench::Cases require_some(bench::Cases cases, const BenchOptions& options) {
    if (cases.empty()) {
        throw UsageError(
            text::format("no case matches --filter '{}'; --list shows them all", options.filter));
    }
    return cases;
}

bench::Counts count_cases(const bench::Cases& cases, const std::string& kernel, bool silent) {
    if (!silent) {
        text::println("Instructions, the least of several iterations, kernel {}", kernel);
    }
    return bench::count_instructions(cases, [silent](const auto& name, const auto& costs) {
        if (!silent) {
            for (const auto& [step, count] : costs) {
                text::println("{:<28} {:<12} {:>12}", name, step, count);
            }
            std::fflush(stdout);
        }
    });
}

void print_counted(const BenchOptions& options, const std::vector<bench::Goal>& goals,
                   const std::vector<bench::Growth>& grown) {
    for (const bench::Goal& goal : goals) {
        text::println("{}: goal {}, counted {}: {}", goal.work, goal.wanted, goal.measured,
                      bench::to_text(goal.judgement));
    }
    for (const bench::Growth& growth : grown) {
        text::println("GREW: {} from {} to {} instructions", growth.what, growth.before,
                      growth.now);
    }
    if (!options.against.empty() && grown.empty()) {
        text::println("no step costs over a tenth more than in {}",
                      printable(options.against.string()));
    }
}

/// The figures in a file.
bench::Baseline load_counts(const std::filesystem::path& file) try {
    return bench::Baseline::load(file);
} catch (const std::runtime_error& error) {
    throw UsageError(error.what());
}

/// Those of one kernel.
bench::Counts counts_of(const std::filesystem::path& file, const std::string& kernel) {
    const bench::Baseline baseline = load_counts(file);
    if (const bench::Counts* counts = baseline.find(kernel)) {
        return *counts;
    }
    throw UsageError(text::format("{} has no figures for kernel {}; ./lab bench --count --keep "
                                  "adds them",
                                  file.string(), kernel));
}

/// The kernel's settings that a run changes; restored at its end, and before a request to stop ends
/// it.
struct Changes {
    StopSignal stop; // before the other process, whose signals are blocked, too
    bench::Settings settings;
    EndOnStop end_on_stop{stop, [this] { settings.put_back(); }};
};

ExitStatus count(const BenchOptions& options) {
    const std::string kernel = kernel_name(bench::machine_facts().kernel);
    // Before the minutes that counting takes.
    const bench::Counts before =
        options.against.empty() ? bench::Counts{} : counts_of(options.against, kernel);
    bench::Baseline baseline =
        std::filesystem::exists(options.keep) ? load_counts(options.keep) : bench::Baseline{};
    if (!bench::counting_begins()) {
        say("parallax: this machine's clock does not count instructions; "
            "./lab bench --count starts one whose clock does");
        return ExitStatus::unsupported;
    }
    Changes changes;
    const auto device =
        std::make_shared<bench::VulkanDevice>(options.device.device, options.device.validate);
    const bench::Cases cases =
        require_some(counted_cases(changes.settings, options.filter, device), options);
    const bench::Counts counts = count_cases(cases, kernel, options.json);
    const bench::Results results = bench::to_results(cases, counts);
    const std::vector<bench::Goal> goals = bench::judge_goals(results);
    if (!options.keep.empty()) {
        if (options.filter.empty()) {
            baseline.set(kernel, own_costs(counts));
        } else { // steps that were not counted keep their figures
            baseline.update(kernel, own_costs(counts));
        }
        write_file(options.keep, baseline.text());
    }
    std::vector<bench::Growth> grown;
    if (!options.against.empty()) {
        grown = bench::find_growth(before, own_costs(counts));
    }
    if (options.json) {
        text::println("{}", bench::json_report(counts, kernel, goals, grown));
    } else {
        text::print("\nTimes as many instructions as with this project's exporter:\n\n{}\n",
                    bench::peers_table(results, coloured()));
        print_counted(options, goals, grown);
    }
    return grown.empty() ? ExitStatus::agree : ExitStatus::differ;
}

void list(const bench::Cases& cases, bool json) {
    if (json) {
        text::println("{}", bench::json_names(cases));
        return;
    }
    for (const bench::Case& one : cases) {
        text::println("{}", one.name());
    }
}

void print_beginning(const bench::MachineFacts& machine, const std::vector<std::string>& left_out,
                     const std::string& command) {
    for (const auto& [name, value] : machine.rows()) {
        text::println("{:<14} {}", name, value);
    }
    for (const std::string& reason : left_out) {
        text::println("{:<14} {}", "left out", reason);
    }
    text::println("{:<14} {}\n", "to repeat", command);
    std::fflush(stdout);
}

bench::Results run_cases(const bench::Cases& cases, const bench::MachineFacts& machine,
                         const bench::Scope& scope, const BenchOptions& options,
                         std::vector<std::string>& left_out) {
    std::optional<Progress> progress;
    // Figures under validation have the layers' time in them: one repetition will do.
    return bench::run_timed(cases, machine,
                            {.repetitions = options.device.validate ? 1 : scope.repetitions,
                             .seconds = scope.seconds,
                             .json = options.out / "results.json",
                             .silent = options.json,
                             .progress =
                                 [&](std::size_t begun, std::size_t all) {
                                     if (!progress) {
                                         progress.emplace("runs", Progress::Options{.all = all});
                                     }
                                     progress->done(begun);
                                 }},
                            left_out);
}

ExitStatus measure(const BenchOptions& options) {
    const bench::Scope scope = options.quick ? bench::quick_scope() : bench::full_scope();
    Changes changes;
    std::vector<std::string> left_out;
    const auto device =
        std::make_shared<bench::VulkanDevice>(options.device.device, options.device.validate);
    const bench::Sources sources = bench::open_sources(
        changes.settings, options.list ? bench::Purpose::list : bench::Purpose::measure,
        scope.largest_buffer(), left_out);
    bench::Cases cases = require_some(
        bench::filtered(bench::all_cases(scope, sources, device), options.filter), options);
    if (options.list) {
        list(cases, options.json);
        return ExitStatus::agree;
    }

    bench::MachineFacts machine = bench::machine_facts();
    if (std::ranges::any_of(cases, bench::needs_vulkan)) {
        try {
            require_known_device(device->instance(), options.device.device);
            const DeviceFacts& facts = device->context().facts();
            machine.vulkan = text::format("{}, {}", facts.name, facts.driver);
        } catch (const UsageError&) {
            throw;
        } catch (const std::exception& error) {
            left_out.push_back(text::format("Vulkan: {}", error.what()));
            std::erase_if(cases, bench::needs_vulkan);
        }
    }
    if (!options.json) {
        print_beginning(machine, left_out, options.command);
    }
    const bench::Results results = run_cases(cases, machine, scope, options, left_out);
    if (results.rows().empty()) {
        return unsupported("nothing could be measured here", left_out);
    }
    const std::string text = bench::summary(results, machine, options.command);
    write_file(options.out / "summary.md", text);
    bench::write_plot_data(results, machine, options.out);
    if (options.json) {
        text::println("{}", bench::json_report(results, machine, options.command, left_out));
    } else {
        text::print("\n{}", bench::summary(results, machine, options.command, coloured()));
        text::println("{} has summary.md, results.json and the data of the charts, which "
                      "bench/plot draws",
                      printable(options.out.string()));
    }
    cases.clear(); // what they have on the device ends before it
    device->close();
    return device->opened() && report_validation(device->instance()) > 0 ? ExitStatus::invalid
                                                                         : ExitStatus::agree;
}

std::string repeat_command(const BenchOptions& options) {
    std::string command = "parallax bench";
    if (options.quick) {
        command += " --quick";
    }
    if (options.device.validate) {
        command += " --validate";
    }
    if (!options.filter.empty()) {
        command += text::format(" --filter '{}'", options.filter);
    }
    return command;
}

ExitStatus run(BenchOptions& options) try {
    if (options.command.empty()) {
        options.command = repeat_command(options);
    }
    options.command = printable(options.command);
    return options.count ? count(options) : measure(options);
} catch (const std::regex_error&) {
    throw UsageError(text::format("--filter '{}' is not a regular expression", options.filter));
}

} // namespace

void add_bench(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<BenchOptions>();
    CLI::App* const command =
        program.add_subcommand("bench", "Compare the speed of exporters and upload paths");
    command->add_option("--filter", options->filter,
                        "Only cases whose name matches this regular expression");
    command->add_flag("--quick", options->quick, "Fewer sizes and repetitions");
    command->add_flag("--list", options->list, "List the cases and end");
    options->device.add_to(*command, chosen);
    command->add_option("--out", options->out, "Folder for the results")->capture_default_str();
    command->add_flag("--json", options->json, "Print the figures as JSON, and nothing else");
    command->add_option("--repeat", options->command,
                        "Command to print as the one that repeats this run");
    CLI::Option* const counted = command->add_flag(
        "--count", options->count,
        "Count instructions, of exporters and of frames of one size; needs a machine whose clock "
        "counts them");
    command
        ->add_option("--against", options->against,
                     "With --count: figures to compare with; status 1 if a step grew by over 10 %")
        ->needs(counted);
    command->add_option("--keep", options->keep, "With --count: write the figures to this file")
        ->needs(counted);
    command->footer("Examples:\n"
                    "  parallax bench --quick                   the cases of the goals\n"
                    "  parallax bench --list                    the names for --filter\n"
                    "  parallax bench --filter '^buffer/' --out /tmp/bench --json");
    choose(*command, chosen, [options] { return run(*options); });
}

} // namespace parallax::demo
