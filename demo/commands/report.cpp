// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "machine/machine_options.hpp"
#include "options/picture_options.hpp"
#include "pictures.hpp"
#include "process/end_on_stop.hpp"
#include "process/stop_signal.hpp"
#include "report/failure.hpp"
#include "report/wrapped.hpp"
#include "survey/changes.hpp"
#include "survey/json.hpp"
#include "survey/page.hpp"
#include "survey/privacy.hpp"
#include "survey/surveyor.hpp"
#include "survey/text.hpp"
#include "survey/this_machine.hpp"

#include "files/picture_file.hpp"
#include "files/write_file.hpp"
#include "machine_facts.hpp" // of bench/
#include "parallax/image/pixels.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/import/plan.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace parallax::demo {
namespace {

using survey::Outcome;
using survey::Survey;

struct ReportOptions {
    survey::SurveyOptions survey;
    DeviceOptions device;
    Extent size{.width = 300, .height = 200}; ///< its rows have padding in every format
    int time_limit = 600;                     ///< seconds
    int patience = 60'000;                    ///< milliseconds
    std::filesystem::path out = "out/report";
    std::vector<std::string> compared; ///< an old and a new report
    bool json = false;
};

std::vector<Fact> machine_facts() {
    const bench::MachineFacts facts = bench::machine_facts();
    std::vector<Fact> machine = survey::machine_model();
    machine.insert(machine.begin(), {{.name = "kernel", .value = facts.kernel},
                                     {.name = "machine", .value = facts.kind},
                                     {.name = "processor", .value = facts.processor},
                                     {.name = "memory", .value = facts.memory}});
    return machine;
}

/// Why not everything was tried; empty if it was.
std::string ending(const Survey& found, const std::string& why) {
    const survey::Tally sum = tally(found.trials);
    const std::size_t untried = sum.of(Outcome::untried);
    return untried == 0 ? std::string()
                        : text::format("{} after {} of {} combinations.", why, sum.all() - untried,
                                       sum.all());
}

/// Writes the report, as far as it is known.
void write_report(const Survey& found, const std::filesystem::path& folder) {
    write_file(folder / "report.json", json_of(found).dump(2) + "\n");
    write_file(folder / "report.md", markdown_of(found));
    write_file(folder / "report.html", page_of(found));
}

void print_report(const Survey& found, const ReportOptions& options, ExitStatus status) {
    if (options.json) {
        text::println("{}", json_of(found).dump(2));
        return;
    }
    const bool reasons_follow = status == ExitStatus::unsupported; // on stderr
    text::print("{}", reasons_follow ? headline(found) + "\n" : text_of(found));
    text::println("{}", survey::privacy_statement);
    for (const char* const name : {"report.html", "report.md", "report.json"}) {
        text::println("  {:<12} {}", name, printable((options.out / name).string()));
    }
}

/// Reasons why there was nothing to try.
Reasons nothing_to_try(const Survey& found) {
    Reasons reasons = found.no_vulkan;
    for (const survey::SurveyedDevice& device : found.devices) {
        for (const std::string& refusal : device.refusals) {
            reasons.push_back(text::format("{}: {}", device.name, refusal));
        }
    }
    for (const survey::Source& source : found.sources) {
        if (!source.problem.empty()) {
            reasons.push_back(text::format("{}: {}", source.name, source.problem));
        }
    }
    return reasons;
}

ExitStatus status_of(const Survey& found) {
    const survey::Tally sum = tally(found.trials);
    const auto has_messages = [](const survey::Trial& trial) { return !trial.validation.empty(); };
    if (std::ranges::any_of(found.trials, has_messages)) {
        return ExitStatus::invalid;
    }
    if (sum.of(Outcome::differs) > 0) {
        return ExitStatus::differ;
    }
    if (sum.of(Outcome::failed) > 0) {
        return ExitStatus::failed;
    }
    if (sum.of(Outcome::verified) > 0) {
        return ExitStatus::agree;
    }
    return sum.of(Outcome::untried) > 0 ? ExitStatus::failed : ExitStatus::unsupported;
}

ExitStatus make_report(const ReportOptions& options) {
    const StopSignal stop;
    const survey::Surveyor surveyor(options.survey, stop);
    const survey::Secrets secrets = survey::Secrets::of_this_machine();
    Survey found = surveyor.plan();
    if (stop.raised()) {
        stop.end_process(); // nothing has been tried
    }
    found.program = PARALLAX_VERSION;
    found.date = survey::today();
    found.machine = machine_facts();

    const auto write = [&](const std::string& why) {
        found.ended = ending(found, why);
        make_public(found, secrets);
        write_report(found, options.out);
    };
    // Also before and in between: a driver may take the whole machine down.
    const auto write_what_is_known = [&] { write("This report was written during the run,"); };
    write_what_is_known();
    surveyor.make_trials(found, write_what_is_known);

    const EndOnStop in_the_end(stop, EndOnStop::long_enough);
    write(stop.raised() ? "The run was stopped"
                        : text::format("The time limit of {} s (--time-limit) ended the run",
                                       options.time_limit));
    const ExitStatus status = status_of(found);
    print_report(found, options, status);
    return status == ExitStatus::unsupported
               ? unsupported("nothing can be shared on this machine", nothing_to_try(found))
               : status;
}

/// A report that cannot be read is a usage error.
Survey load_report(const std::string& file) try {
    return survey::load_survey(file);
} catch (const std::runtime_error& error) {
    throw UsageError(error.what());
}

ExitStatus compare_reports(const ReportOptions& options) {
    const Survey before = load_report(options.compared.at(0));
    const Survey after = load_report(options.compared.at(1));
    const survey::Changes changes = changes_between(before, after);
    if (options.json) {
        text::println("{}", changes.json().dump(2));
    } else {
        text::print("{}", changes.text());
    }
    return changes.any()            ? ExitStatus::differ
           : changes.any_compared() ? ExitStatus::agree
                                    : ExitStatus::unsupported;
}

survey::SurveyOptions survey_options(const ReportOptions& options) {
    survey::SurveyOptions wanted = options.survey;
    wanted.device = options.device.device;
    wanted.time_limit = std::chrono::seconds(options.time_limit);
    wanted.patience = std::chrono::milliseconds(options.patience);
    wanted.trials.picture = resized(default_picture(), options.size);
    wanted.trials.validate = options.device.validate;
    return wanted;
}

/// Only some of the combinations.
void add_filters(CLI::App& command, ReportOptions& options) {
    std::vector<std::string> formats;
    for (const std::uint32_t fourcc : rgb_fourccs()) {
        formats.emplace_back(format_of(fourcc).name);
    }
    std::vector<std::string> imports;
    for (const ImportMethod method : all_import_methods) {
        imports.emplace_back(import_method_name(method));
    }
    command.add_option("--exporter", options.survey.exporter, "Only this exporter");
    command.add_option("--format", options.survey.format, "Only this DRM format")
        ->check(CLI::IsMember(formats));
    command.add_option("--import", options.survey.import, "Only this import method")
        ->check(CLI::IsMember(imports));
}

} // namespace

void add_report(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<ReportOptions>();
    CLI::App* const command = program.add_subcommand(
        "report",
        "Try every exporter, device, format and import method, and write a report to send");
    options->device.add_to(*command, chosen);
    add_filters(*command, *options);
    command->add_option_function<std::string>(
        "--size",
        [options](const std::string& text) { options->size = parse_extent("--size", text); },
        "WIDTHxHEIGHT of the pictures; 300x200 by default");
    command->add_option("--time-limit", options->time_limit, "Seconds for the whole run")
        ->check(CLI::Range(1, 86'400))
        ->capture_default_str();
    command
        ->add_option("--patience", options->patience,
                     "Milliseconds after which one combination is given up")
        ->check(CLI::Range(1, 3'600'000))
        ->capture_default_str();
    command->add_option("--out", options->out, "Folder for report.html, report.md and report.json")
        ->capture_default_str();
    command->add_flag("--decoy", options->survey.trials.decoy,
                      "Import another buffer on purpose: every combination must differ");
    command->add_flag("--json", options->json, "Print the report, or the changes, as JSON");
    command
        ->add_option("--compare", options->compared,
                     "Two report.json, or their folders: print what has changed from OLD to NEW")
        ->expected(2)
        ->type_name("OLD NEW");
    command->footer(
        "Ctrl-C ends the run early; the report then has the results so far.\n"
        "Examples:\n"
        "  parallax report                          out/report/report.html, .md and .json\n"
        "  parallax report --exporter system --format XRGB8888\n"
        "  parallax report --compare old new        what an update has changed");
    choose(*command, chosen, [options] {
        if (!options->compared.empty()) {
            return compare_reports(*options);
        }
        options->survey = survey_options(*options);
        return make_report(*options);
    });
}

} // namespace parallax::demo
