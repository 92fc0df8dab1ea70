// SPDX-License-Identifier: MIT
#include "probe/machine_report.hpp"

#include "machine/machine.hpp"
#include "report/progress.hpp"

#include "offscreen/context.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/import/plan.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace parallax::demo {
namespace {

FormatReport format_without_vulkan(std::uint32_t fourcc) {
    FormatReport report{.name = format_of(fourcc).name};
    const std::string reason = text::format("{} has no counterpart in Vulkan", report.name);
    for (const ImportMethod method : all_import_methods) {
        report.methods.push_back({.method = method, .reasons = {reason}});
    }
    report.refused = {reason};
    return report;
}

FormatReport probe_format(const Context& context, std::uint32_t fourcc) {
    if (!has_vulkan_format(fourcc)) {
        return format_without_vulkan(fourcc);
    }
    const ImageRequest request{.extent = probed_extent, .fourcc = fourcc};
    const DriverAnswers answers = ask_driver(context.importer(), request);
    FormatReport report{.name = format_of(fourcc).name};
    for (const ImportMethod method : all_import_methods) {
        const auto alone = plan_import(answers, request, method);
        report.methods.push_back(
            {.method = method, .reasons = alone ? Reasons{} : alone.error().front().reasons});
    }
    if (report.methods.front().reasons.empty()) { // that of modifier
        report.alignment = find_linear_alignment(context.importer(), request);
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
        for (const std::uint32_t fourcc : packed_fourccs()) {
            report.formats.push_back(probe_format(context, fourcc));
        }
        for (const Format& format : formats()) {
            report.modifiers.push_back(
                {.name = format.name, .answers = ask_modifiers(context.importer(), format.fourcc)});
        }
    } catch (const std::runtime_error& error) { // the driver's refusal among them
        report.facts.refusals.push_back(text::format("cannot be opened: {}", error.what()));
    }
    return report;
}

/// Allocates a page, maps it, and writes a byte.
void try_exporter(Exporter& exporter, ExporterReport& report) {
    constexpr std::uint64_t page = 4096;
    const DmaBuf buffer = exporter.allocate(page);
    try {
        const Mapping mapping = buffer.map();
        CpuWrite(mapping).bytes().front() = std::byte{1};
    } catch (const std::exception& error) { // a read-only fd among them
        report.no_mmap = error.what();
    }
}

ExporterReport probe_exporter(ListedExporter exporter) {
    ExporterReport report{.exporter = std::move(exporter)};
    if (report.exporter.kind->is_given) {
        report.problem = text::format("names a buffer that exists: --exporter {}:{}",
                                      report.exporter.kind->name, report.exporter.kind->device);
        return report;
    }
    const auto opened = open_any_exporter(report.exporter.name);
    if (!opened) {
        report.problem = opened.error().front();
        return report;
    }
    report.read_only = (*opened)->exports_read_only();
    try {
        try_exporter(**opened, report);
    } catch (const std::exception& error) {
        report.problem = error.what();
    }
    return report;
}

void probe_devices(const Instance& instance, MachineReport& report) try {
    Progress progress("devices");
    for (vk::raii::PhysicalDevice& device : instance.devices()) {
        report.devices.push_back(probe_device(instance, std::move(device)));
        progress.done(report.devices.size());
    }
    if (report.devices.empty()) {
        report.no_vulkan = usable_devices(instance, "").refusals;
    }
} catch (const vk::SystemError& error) {
    report.no_vulkan.push_back(
        text::format("a driver failed when it was asked for its devices ({})", error.what()));
}

} // namespace

bool MachineReport::usable() const {
    const auto works = [](const ExporterReport& e) { return e.problem.empty(); };
    const auto imports = [](const DeviceReport& d) { return d.facts.refusals.empty(); };
    return std::ranges::any_of(exporters, works) && std::ranges::any_of(devices, imports);
}

std::string_view sync_word(SyncWork sync) noexcept {
    switch (sync) {
    case SyncWork::caches:
        return "caches";
    case SyncWork::nothing:
        return "fences";
    case SyncWork::by_driver:
        return "driver's";
    }
    std::unreachable();
}

MachineReport probe_machine(bool validate) {
    MachineReport report;
    for (ListedExporter& exporter : exporters_here()) {
        report.exporters.push_back(probe_exporter(std::move(exporter)));
    }
    const auto instance = Instance::create({.validate = validate});
    if (!instance) {
        report.no_vulkan = instance.error();
        return report;
    }
    probe_devices(*instance, report);
    report.validation_messages = report_validation(*instance);
    return report;
}

} // namespace parallax::demo
