// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "machine.hpp"
#include "report/exit_status.hpp"
#include "report/progress.hpp"
#include "report/reasons.hpp"
#include "report/wrapped.hpp"

#include "offscreen/context.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/vulkan/import/plan.hpp"
#include "parallax/vulkan/import/probe.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <format>
#include <iterator>
#include <print>
#include <stdexcept>

namespace parallax::demo {
namespace {

/// The size of the picture to import: full HD.
constexpr Extent probed_extent{.width = 1920, .height = 1080};

struct ExporterReport {
    const ExporterKind* kind;
    std::string problem; ///< empty when it is usable
};

struct FormatReport {
    std::string_view name; ///< of the format
    std::string import;    ///< empty if no method can be used
    std::uint64_t stride = 0;
    Reasons refused;
    std::vector<Refusal> methods; ///< all, each without reasons if it will do
};

struct DeviceReport {
    DeviceFacts facts;                 ///< with failed queries among the refusals
    std::vector<FormatReport> formats; ///< empty when the device cannot be used at all
};

struct Report {
    std::vector<ExporterReport> exporters;
    Reasons no_vulkan; ///< empty if there is Vulkan
    std::vector<DeviceReport> devices;

    /// True if there are an exporter and a device that imports.
    [[nodiscard]] bool usable() const {
        const auto works = [](const ExporterReport& e) { return e.problem.empty(); };
        const auto imports = [](const DeviceReport& d) { return d.facts.refusals.empty(); };
        return std::ranges::any_of(exporters, works) && std::ranges::any_of(devices, imports);
    }
};

FormatReport probe_format(const Context& context, std::uint32_t fourcc) {
    const ImageRequest request{.extent = probed_extent, .fourcc = fourcc};
    const DriverAnswers answers = ask_driver(context.importer(), request);
    FormatReport report{.name = format_of(fourcc).name};
    for (const ImportMethod method : all_import_methods) {
        const auto alone = plan_import(answers, request, method);
        report.methods.push_back(
            {.method = method, .reasons = alone ? Reasons{} : alone.error().front().reasons});
    }
    const auto plan = plan_import(answers, request);
    report.refused = describe(plan ? plan->refused : plan.error());
    if (plan) {
        report.import = import_method_name(plan->method);
        report.stride = plan->layout.planes[0].stride;
    }
    return report;
}

DeviceReport probe_device(const Instance& instance, vk::raii::PhysicalDevice physical) {
    DeviceReport report{.facts = device_facts(physical)};
    if (!report.facts.refusals.empty()) {
        return report;
    }
    try {
        const Context context(instance, std::move(physical));
        for (const std::uint32_t fourcc : rgb_fourccs()) {
            report.formats.push_back(probe_format(context, fourcc));
        }
    } catch (const std::runtime_error& error) { // the driver's refusal among them
        report.facts.refusals.push_back(std::format("cannot be opened: {}", error.what()));
    }
    return report;
}

/// @param messages number of validation messages.
Report probe(bool validate, std::size_t& messages) {
    Report report;
    Progress progress("devices");
    for (const ExporterKind& kind : exporter_kinds()) {
        const OpenedExporter opened = kind.open(kind);
        report.exporters.push_back(
            {.kind = &kind, .problem = opened ? std::string() : opened.error()});
    }
    const auto instance = Instance::create({.validate = validate});
    if (!instance) {
        report.no_vulkan = instance.error();
        return report;
    }
    try {
        for (vk::raii::PhysicalDevice& device : instance->devices()) {
            report.devices.push_back(probe_device(*instance, std::move(device)));
            progress.done(report.devices.size());
        }
        if (report.devices.empty()) {
            report.no_vulkan = usable_devices(*instance, "").refusals;
        }
    } catch (const vk::SystemError& error) {
        report.no_vulkan.push_back(
            std::format("a driver failed when it was asked for its devices ({})", error.what()));
    }
    messages = report_validation(*instance);
    return report;
}

/// One feature of a device, by its name in the report.
struct Ability {
    const char* key;
    const char* column;
    bool DeviceFacts::* present;
};

constexpr std::array abilities{
    Ability{"dma_buf", "dma-buf", &DeviceFacts::dma_buf},
    Ability{"modifiers", "modifiers", &DeviceFacts::modifiers},
    Ability{"foreign_queue", "FOREIGN queue", &DeviceFacts::foreign_queue},
    Ability{"sync_fd_import", "SYNC_FD import", &DeviceFacts::sync_fd_import},
    Ability{"sync_fd_export", "SYNC_FD export", &DeviceFacts::sync_fd_export},
    Ability{"host_pointer", "host pointer", &DeviceFacts::host_pointer},
    Ability{"swapchain", "windows", &DeviceFacts::swapchain},
};

const char* mark(bool present) {
    return present ? "yes" : "no";
}

/// Reasons below a table, each printed once, with the number by which the table refers to it.
class Notes {
public:
    /// @return "[1]", the number of that reason.
    std::string refer_to(const std::string& reason) {
        const auto known = std::ranges::find(reasons_, reason);
        const auto index = std::distance(reasons_.begin(), known);
        if (known == reasons_.end()) {
            reasons_.push_back(reason);
        }
        return std::format("[{}]", index + 1);
    }
    std::string refer_to(const Reasons& reasons) {
        std::string numbers;
        for (const std::string& reason : reasons) {
            numbers += refer_to(reason);
        }
        return numbers;
    }

    void print() const {
        for (std::size_t i = 0; i < reasons_.size(); ++i) {
            std::print("{}",
                       wrapped(std::format("  {:<4} ", std::format("[{}]", i + 1)), reasons_[i]));
        }
    }

private:
    std::vector<std::string> reasons_;
};

void print_exporters(const Report& report, Notes& notes) {
    std::println("Exporters");
    for (const ExporterReport& exporter : report.exporters) {
        const bool usable = exporter.problem.empty();
        std::println("  {:<13} {:<22} {:<3}  {}", exporter.kind->name, exporter.kind->node,
                     mark(usable),
                     usable ? exporter.kind->summary : notes.refer_to(exporter.problem));
    }
}

void print_devices(const Report& report, Notes& notes) {
    std::println("Vulkan devices");
    if (report.devices.empty()) {
        std::println("  none {}", notes.refer_to(report.no_vulkan));
        return;
    }
    for (std::size_t i = 0; i < report.devices.size(); ++i) {
        const DeviceFacts& facts = report.devices[i].facts;
        const std::string refused =
            facts.refusals.empty() ? "" : "; not usable: " + notes.refer_to(facts.refusals);
        std::print("{}",
                   wrapped(std::format("  {} ", i),
                           std::format("{}, {}, {}, Vulkan {}{}", facts.name, facts.type,
                                       facts.driver, version_text(facts.api_version), refused)));
    }
    std::print("\n  device");
    for (const Ability& ability : abilities) {
        std::print("  {}", ability.column);
    }
    for (std::size_t i = 0; i < report.devices.size(); ++i) {
        std::print("\n  {:<6}", i);
        for (const Ability& ability : abilities) {
            const bool last = &ability == &abilities.back();
            const std::size_t width = last ? 0 : std::string_view(ability.column).size();
            std::print("  {:<{}}", mark(report.devices[i].facts.*ability.present), width);
        }
    }
    std::println();
}

void print_formats(const Report& report, Notes& notes) {
    std::println("\n  device  format    import    stride  for {}x{} pixels", probed_extent.width,
                 probed_extent.height);
    for (std::size_t i = 0; i < report.devices.size(); ++i) {
        for (const FormatReport& format : report.devices[i].formats) {
            const bool imports = !format.import.empty();
            const std::string why = notes.refer_to(of_any_format(format.refused, format.name));
            std::print("  {:<6}  {:<8}  {:<8}  {:>6}", i, format.name,
                       imports ? format.import : "no",
                       imports ? std::to_string(format.stride) : "-");
            std::println("{}{}",
                         why.empty() ? ""
                         : imports   ? "  better ways refused: "
                                     : "  ",
                         why);
        }
    }
}

void print_text(const Report& report) {
    Notes notes;
    print_exporters(report, notes);
    print_devices(report, notes);
    if (std::ranges::any_of(report.devices, [](const auto& d) { return !d.formats.empty(); })) {
        print_formats(report, notes);
    }
    notes.print();
}

nlohmann::ordered_json to_json(const DeviceReport& device) {
    const DeviceFacts& facts = device.facts;
    nlohmann::ordered_json json{{"name", facts.name},
                                {"type", facts.type},
                                {"driver", facts.driver},
                                {"vulkan", version_text(facts.api_version)},
                                {"usable", facts.refusals.empty()},
                                {"reasons", facts.refusals}};
    for (const Ability& ability : abilities) {
        json[ability.key] = facts.*ability.present;
    }
    json["formats"] = nlohmann::ordered_json::array();
    for (const FormatReport& format : device.formats) {
        nlohmann::ordered_json row{{"format", format.name},
                                   {"import", nullptr},
                                   {"stride", format.stride},
                                   {"refused", format.refused}};
        if (!format.import.empty()) {
            row["import"] = format.import;
        }
        for (const Refusal& method : format.methods) {
            row["methods"][std::string(import_method_name(method.method))] = method.reasons;
        }
        json["formats"].push_back(std::move(row));
    }
    return json;
}

nlohmann::ordered_json to_json(const Report& report) {
    nlohmann::ordered_json json;
    for (const ExporterReport& exporter : report.exporters) {
        json["exporters"].push_back({{"name", exporter.kind->name},
                                     {"node", exporter.kind->node},
                                     {"usable", exporter.problem.empty()},
                                     {"reason", exporter.problem}});
    }
    json["vulkan"] = {{"usable", report.no_vulkan.empty()}, {"reasons", report.no_vulkan}};
    json["devices"] = nlohmann::ordered_json::array();
    for (const DeviceReport& device : report.devices) {
        json["devices"].push_back(to_json(device));
    }
    return json;
}

} // namespace

void add_probe(CLI::App& program, Work& chosen) {
    auto as_json = std::make_shared<bool>(false);
    auto validate = std::make_shared<bool>(false);
    CLI::App* const command = program.add_subcommand(
        "probe", "Show the exporters and Vulkan devices of this machine, and their features");
    command->add_flag("--json", *as_json, "Print as JSON");
    command->add_flag("--validate", *validate,
                      "Turn the Vulkan validation layers on; after any message the status is 5");
    command->footer(
        "Examples:\n"
        "  parallax probe                           what works here, and why the rest does not\n"
        "  parallax probe --json | jq '.devices[].formats'");
    choose(*command, chosen, [as_json, validate] {
        std::size_t messages = 0;
        const Report report = probe(*validate, messages);
        if (*as_json) {
            std::println("{}", to_json(report).dump(2));
        } else {
            print_text(report);
        }
        return messages > 0      ? ExitStatus::invalid
               : report.usable() ? ExitStatus::agree
                                 : ExitStatus::unsupported;
    });
}

} // namespace parallax::demo
