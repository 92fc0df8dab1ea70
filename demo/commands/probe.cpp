// SPDX-License-Identifier: MIT
#include "commands/probe.hpp"

#include "exit_status.hpp"
#include "options/machine.hpp"
#include "process/progress.hpp"

#include "parallax/exporter.hpp"
#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/import_plan.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <print>

namespace parallax::demo {
namespace {

/// The picture that the ladder is asked about: full HD in every format of the project.
constexpr Extent probed_extent{.width = 1920, .height = 1080};

struct ExporterReport {
    const ExporterKind* kind;
    std::string problem; ///< empty when it is usable
};

struct FormatReport {
    const PixelFormat* format;
    std::string rung; ///< empty when no rung will do
    std::uint64_t stride = 0;
    Reasons refused;
};

struct DeviceReport {
    DeviceFacts facts;
    std::vector<FormatReport> formats; ///< empty when the device cannot be used at all
};

struct Report {
    std::vector<ExporterReport> exporters;
    Reasons no_vulkan; ///< empty when there is Vulkan
    std::vector<DeviceReport> devices;

    /// At least one way through: an exporter, and a device that imports.
    [[nodiscard]] bool usable() const {
        const auto works = [](const ExporterReport& e) { return e.problem.empty(); };
        const auto imports = [](const DeviceReport& d) { return d.facts.refusals.empty(); };
        return std::ranges::any_of(exporters, works) && std::ranges::any_of(devices, imports);
    }
};

FormatReport probe_format(const Context& context, const PixelFormat& format) {
    const ImageRequest request{.extent = probed_extent, .format = &format};
    const auto plan = plan_import(ask_driver(context, request), request);
    if (!plan) {
        return {.format = &format, .refused = describe(plan.error())};
    }
    return {.format = &format,
            .rung = std::string(rung_name(plan->rung)),
            .stride = plan->layout.stride,
            .refused = describe(plan->refused)};
}

DeviceReport probe_device(const Instance& instance, vk::raii::PhysicalDevice physical) {
    DeviceReport report{.facts = device_facts(physical)};
    if (report.facts.refusals.empty()) {
        const Context context(instance, std::move(physical));
        for (const PixelFormat& format : pixel_formats()) {
            report.formats.push_back(probe_format(context, format));
        }
    }
    return report;
}

Report probe() {
    Report report;
    Progress progress("devices");
    for (const ExporterKind& kind : exporter_kinds()) {
        const OpenedExporter opened = kind.open(kind);
        report.exporters.push_back(
            {.kind = &kind, .problem = opened ? std::string() : opened.error()});
    }
    const auto instance = Instance::create({});
    if (!instance) {
        report.no_vulkan = instance.error();
        return report;
    }
    for (vk::raii::PhysicalDevice& device : instance->devices()) {
        report.devices.push_back(probe_device(*instance, std::move(device)));
        progress.done(report.devices.size());
    }
    return report;
}

/// One thing that a device may have, as the report names it.
struct Ability {
    const char* key;
    const char* name;
    bool DeviceFacts::* present;
};

constexpr std::array abilities{
    Ability{"dma_buf", "dma-buf import", &DeviceFacts::dma_buf},
    Ability{"modifiers", "DRM format modifiers", &DeviceFacts::modifiers},
    Ability{"foreign_queue", "FOREIGN queue family", &DeviceFacts::foreign_queue},
    Ability{"sync_fd_import", "SYNC_FD semaphore import", &DeviceFacts::sync_fd_import},
    Ability{"sync_fd_export", "SYNC_FD semaphore export", &DeviceFacts::sync_fd_export},
    Ability{"host_pointer", "host pointer import", &DeviceFacts::host_pointer},
    Ability{"swapchain", "windows", &DeviceFacts::swapchain},
};

void print_device(std::size_t index, const DeviceReport& device) {
    const DeviceFacts& facts = device.facts;
    std::println("  {} {}, {}, {}, Vulkan {}", index, facts.name, facts.type, facts.driver,
                 version_text(facts.api_version));
    for (const std::string& refusal : facts.refusals) {
        std::println("    cannot be used: it {}", refusal);
    }
    for (const Ability& ability : abilities) {
        std::println("    {:<26} {}", ability.name, facts.*ability.present ? "yes" : "no");
    }
    for (const FormatReport& format : device.formats) {
        if (format.rung.empty()) {
            std::println("    import {:<19} no", format.format->name);
        } else {
            std::println("    import {:<19} rung {}, stride {} for {} pixels", format.format->name,
                         format.rung, format.stride, probed_extent.width);
        }
        for (const std::string& reason : format.refused) {
            std::println("      not {}", reason);
        }
    }
}

void print_text(const Report& report) {
    std::println("Exporters");
    for (const ExporterReport& exporter : report.exporters) {
        std::println("  {:<13} {:<22} {}", exporter.kind->name, exporter.kind->node,
                     exporter.problem.empty() ? exporter.kind->summary : "not usable");
        if (!exporter.problem.empty()) {
            std::println("    {}", exporter.problem);
        }
    }
    std::println("Vulkan devices");
    for (const std::string& reason : report.no_vulkan) {
        std::println("  none: {}", reason);
    }
    if (report.no_vulkan.empty() && report.devices.empty()) {
        std::println("  none: no driver is installed (Debian: mesa-vulkan-drivers)");
    }
    for (std::size_t i = 0; i < report.devices.size(); ++i) {
        print_device(i, report.devices[i]);
    }
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
        nlohmann::ordered_json row{{"format", format.format->name},
                                   {"rung", nullptr},
                                   {"stride", format.stride},
                                   {"refused", format.refused}};
        if (!format.rung.empty()) {
            row["rung"] = format.rung;
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

void add_probe(CLI::App& program) {
    auto as_json = std::make_shared<bool>(false);
    CLI::App* const command = program.add_subcommand(
        "probe", "Show the exporters and Vulkan devices of this machine, and what each can do");
    command->add_flag("--json", *as_json, "Print as JSON");
    command->footer(
        "Examples:\n"
        "  parallax probe                           what works here, and why the rest does not\n"
        "  parallax probe --json | jq '.devices[].formats'");
    command->callback([as_json] {
        const Report report = probe();
        if (*as_json) {
            std::println("{}", to_json(report).dump(2));
        } else {
            print_text(report);
        }
        throw CLI::RuntimeError(
            static_cast<int>(report.usable() ? ExitStatus::agree : ExitStatus::unsupported));
    });
}

} // namespace parallax::demo
