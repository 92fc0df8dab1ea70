// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "probe/machine_report.hpp"
#include "probe/transfer.hpp"
#include "process/exit_status.hpp"
#include "report/failure.hpp"

#include "parallax/image/format.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parallax::demo {
namespace {

std::uint32_t parse_any_format(const std::string& name) {
    if (const Format* const format = find_format(name)) {
        return format->fourcc;
    }
    throw CLI::ValidationError("--format", text::format("'{}' is not known; choose one of {}", name,
                                                        joined(formats(), ", ", &Format::name)));
}

ExitStatus probe_between(const std::string& first, const std::string& second,
                         std::optional<std::uint32_t> only, bool as_json) {
    const auto from = ask_endpoint(first, Direction::from);
    if (!from) {
        return unsupported(text::format("'{}' cannot be queried", first), from.error());
    }
    const auto to = ask_endpoint(second, Direction::to);
    if (!to) {
        return unsupported(text::format("'{}' cannot be queried", second), to.error());
    }
    const Transfer transfer = transfer_between(*from, *to, only);
    if (as_json) {
        print_json(*from, *to, transfer);
    } else {
        print_text(*from, *to, transfer);
    }
    return transfer.formats.empty() ? ExitStatus::unsupported : ExitStatus::agree;
}

} // namespace

void add_probe(CLI::App& program, Work& chosen) {
    auto as_json = std::make_shared<bool>(false);
    auto validate = std::make_shared<bool>(false);
    auto between = std::make_shared<std::vector<std::string>>();
    auto only = std::make_shared<std::optional<std::uint32_t>>();
    CLI::App* const command = program.add_subcommand(
        "probe", "Show the exporters and Vulkan devices of this machine, and their features");
    command->add_flag("--json", *as_json, "Print as JSON");
    command->add_flag("--validate", *validate,
                      "Turn the Vulkan validation layers on; after any message the status is 5");
    CLI::Option* const two =
        command
            ->add_option(
                "--between", *between,
                "Show in which formats and modifiers a picture can go from one device to "
                "another without a copy. Each is a Vulkan device (its index, or a part of "
                "its name), a card (its node or its driver; its primary planes; only as TO), or a "
                "video device")
            ->expected(2)
            ->type_name("FROM TO")
            ->excludes("--validate");
    command
        ->add_option_function<std::string>(
            "--format", [only](const std::string& name) { *only = parse_any_format(name); },
            text::format("With --between, only this one: {}",
                         joined(formats(), ", ", &Format::name)))
        ->needs(two);
    command->footer(
        "Examples:\n"
        "  parallax probe                           what works here, and why the rest does not\n"
        "  parallax probe --json | jq '.devices[].formats'\n"
        "  parallax probe --between 0 /dev/dri/card0   what the GPU can show without a copy");
    choose(*command, chosen, [=] {
        if (!between->empty()) {
            return probe_between(between->front(), between->back(), *only, *as_json);
        }
        const MachineReport report = probe_machine(*validate);
        if (*as_json) {
            print_json(report);
        } else {
            print_text(report);
        }
        return report.validation_messages > 0 ? ExitStatus::invalid
               : report.usable()              ? ExitStatus::agree
                                              : ExitStatus::unsupported;
    });
}

} // namespace parallax::demo
