// SPDX-License-Identifier: MIT
#include "probe/abilities.hpp"
#include "probe/machine_report.hpp"

#include "parallax/text.hpp"

#include <nlohmann/json.hpp>

namespace parallax::demo {
namespace {

nlohmann::ordered_json to_json(const ModifierAnswer& answer) {
    nlohmann::ordered_json json{{"modifier", text::format("{:#018x}", answer.modifier)},
                                {"name", modifier_name(answer.modifier)},
                                {"planes", answer.planes},
                                {"features", nlohmann::ordered_json::array()},
                                {"largest", {answer.largest.width, answer.largest.height}},
                                {"importable", answer.importable()},
                                {"exportable", answer.exportable()},
                                {"dedicated", answer.dedicated()}};
    for (VkFormatFeatureFlags rest = answer.features; rest != 0; rest &= rest - 1) {
        const auto lowest = static_cast<vk::FormatFeatureFlagBits>(rest & (~rest + 1));
        json["features"].push_back(vk::to_string(lowest));
    }
    return json;
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
        row["alignment"] = nullptr;
        if (format.alignment) {
            row["alignment"] = {{"stride", format.alignment->stride},
                                {"offset", format.alignment->offset}};
        }
        json["formats"].push_back(std::move(row));
    }
    json["modifiers"] = nlohmann::ordered_json::object();
    for (const ModifierReport& format : device.modifiers) {
        auto& row = json["modifiers"][std::string(format.name)] = nlohmann::ordered_json::array();
        for (const ModifierAnswer& answer : format.answers) {
            row.push_back(to_json(answer));
        }
    }
    return json;
}

nlohmann::ordered_json to_json(const MachineReport& report) {
    nlohmann::ordered_json json;
    for (const ExporterReport& exporter : report.exporters) {
        const ExporterKind& kind = *exporter.exporter.kind;
        nlohmann::ordered_json row{{"name", exporter.exporter.name},
                                   {"node", exporter.exporter.node},
                                   {"usable", exporter.problem.empty()},
                                   {"reason", exporter.problem}};
        if (exporter.problem.empty()) {
            row.update({{"mmap", exporter.no_mmap.empty()},
                        {"why_not_mmap", exporter.no_mmap},
                        {"read_only", exporter.read_only}});
        }
        row["sync"] = sync_word(kind.sync);
        row["limits"] = kind.limits;
        json["exporters"].push_back(std::move(row));
    }
    json["vulkan"] = {{"usable", report.no_vulkan.empty()}, {"reasons", report.no_vulkan}};
    json["devices"] = nlohmann::ordered_json::array();
    for (const DeviceReport& device : report.devices) {
        json["devices"].push_back(to_json(device));
    }
    return json;
}

} // namespace

void print_json(const MachineReport& report) {
    text::println("{}", to_json(report).dump(2));
}

} // namespace parallax::demo
