// SPDX-License-Identifier: MIT
#include "probe/abilities.hpp"
#include "probe/machine_report.hpp"
#include "probe/modifier_groups.hpp"

#include "report/reasons.hpp"
#include "report/wrapped.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <iterator>

namespace parallax::demo {
namespace {

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
        return text::format("[{}]", index + 1);
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
            text::print(
                "{}", wrapped(text::format("  {:<4} ", text::format("[{}]", i + 1)), reasons_[i]));
        }
    }

private:
    std::vector<std::string> reasons_;
};

void print_exporters(const MachineReport& report, Notes& notes) {
    text::println("Exporters                           mmap read-only SYNC");
    for (const ExporterReport& exporter : report.exporters) {
        const ListedExporter& listed = exporter.exporter;
        if (!exporter.problem.empty()) {
            text::println("  {:<12} {:<20} no {}", listed.kind->name, listed.node,
                          notes.refer_to(exporter.problem));
            continue;
        }
        text::print(
            "{}",
            wrapped(text::format(
                        "  {:<12} {:<20} {:<4} {:<9} {:<8} ", listed.kind->name, listed.node,
                        exporter.no_mmap.empty() ? "yes" : "no " + notes.refer_to(exporter.no_mmap),
                        mark(exporter.read_only), sync_word(listed.kind->sync)),
                    std::string(listed.kind->summary)));
    }
}

void print_devices(const MachineReport& report, Notes& notes) {
    text::println("Vulkan devices");
    if (report.devices.empty()) {
        text::println("  none {}", notes.refer_to(report.no_vulkan));
        return;
    }
    for (std::size_t i = 0; i < report.devices.size(); ++i) {
        const DeviceFacts& facts = report.devices[i].facts;
        const std::string refused =
            facts.refusals.empty() ? "" : "; not usable: " + notes.refer_to(facts.refusals);
        text::print("{}",
                    wrapped(text::format("  {} ", i),
                            text::format("{}, {}, {}, Vulkan {}{}", facts.name, facts.type,
                                         facts.driver, version_text(facts.api_version), refused)));
    }
    text::print("\n  device");
    for (const Ability& ability : abilities) {
        text::print("  {}", ability.column);
    }
    for (std::size_t i = 0; i < report.devices.size(); ++i) {
        text::print("\n  {:<6}", i);
        for (const Ability& ability : abilities) {
            const bool last = &ability == &abilities.back();
            const std::size_t width = last ? 0 : std::string_view(ability.column).size();
            text::print("  {:<{}}", mark(report.devices[i].facts.*ability.present), width);
        }
    }
    text::println("");
}

void print_formats(const MachineReport& report, Notes& notes) {
    text::println(
        "\n  device  format         import    stride  align  offset align  for {}x{} pixels",
        probed_extent.width, probed_extent.height);
    const auto number = [](std::uint64_t bytes) {
        return bytes != 0 ? std::to_string(bytes) : "-";
    };
    for (std::size_t i = 0; i < report.devices.size(); ++i) {
        for (const FormatReport& format : report.devices[i].formats) {
            const bool imports = !format.import.empty();
            const std::string why = notes.refer_to(of_any_format(format.refused, format.name));
            const auto aligned = [&](std::uint64_t LinearAlignment::* to, const char* if_none) {
                const std::uint64_t bytes = format.alignment ? (*format.alignment).*to : 0;
                return format.alignment && bytes == 0 ? if_none : number(bytes);
            };
            text::print("  {:<6}  {:<13}  {:<8}  {:>6}  {:>5}  {:>12}", i, format.name,
                        imports ? format.import : "no", number(format.stride),
                        aligned(&LinearAlignment::stride, "own"),
                        aligned(&LinearAlignment::offset, "none"));
            text::println("{}{}",
                          why.empty() ? ""
                          : imports   ? "  better ways refused: "
                                      : "  ",
                          why);
        }
    }
}

/// "1 plane, import and export, render, up to 16384x16384".
std::string abilities_text(const ModifierAnswer& answer) {
    std::string text = text::format("{} plane{}", answer.planes, answer.planes == 1 ? "" : "s");
    std::string sharing = answer.importable() ? "import" : "";
    if (answer.exportable()) {
        append(sharing, "export", " and ");
    }
    append(text, sharing.empty()      ? "no dma-buf"
                 : answer.dedicated() ? sharing + " with dedicated memory"
                                      : sharing);
    if ((answer.features & VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BIT) != 0) {
        append(text, "render");
    }
    if (answer.largest.width != 0) {
        append(text, text::format("up to {}x{}", answer.largest.width, answer.largest.height));
    }
    return text;
}

void print_modifiers(const DeviceReport& device, std::size_t index) {
    for (const ModifierGroup& group : modifier_groups(device.modifiers)) {
        text::print("{}", wrapped(text::format("  {:<6}  ", index), modifier_name(group.modifier)));
        for (const ModifierRow& row : group.rows) {
            text::print("{}",
                        wrapped("            ", text::format("{}: {}", abilities_text(row.answer),
                                                             joined(row.formats))));
        }
    }
}

} // namespace

void print_text(const MachineReport& report) {
    Notes notes;
    print_exporters(report, notes);
    print_devices(report, notes);
    if (std::ranges::any_of(report.devices, [](const auto& d) { return !d.formats.empty(); })) {
        print_formats(report, notes);
        text::println("\n  device  modifiers, and what images with them can do");
        for (std::size_t i = 0; i < report.devices.size(); ++i) {
            print_modifiers(report.devices[i], i);
        }
    }
    notes.print();
}

} // namespace parallax::demo
