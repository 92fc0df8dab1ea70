// SPDX-License-Identifier: MIT
#include "options/machine.hpp"

#include <format>

namespace parallax::demo {

void add_exporter_option(CLI::App& command, std::string& exporter) {
    std::string names;
    for (const ExporterKind& kind : exporter_kinds()) {
        names += std::format("{}{}", names.empty() ? "" : ", ", kind.name);
    }
    command
        .add_option(
            "--exporter", exporter,
            std::format("Where the memory comes from: {}, or the path of a dma-heap", names))
        ->capture_default_str();
}

void MachineOptions::add_to(CLI::App& command) {
    add_exporter_option(command, exporter);
    DeviceOptions::add_to(command);
}

std::expected<Machine, Reasons> Machine::open(const MachineOptions& options,
                                              const Presentation* presentation) {
    auto exporter = open_exporter(options.exporter);
    if (!exporter) {
        return std::unexpected(exporter.error());
    }
    auto device = Device::open(options, presentation);
    if (!device) {
        return std::unexpected(device.error());
    }
    return Machine{*std::move(device), *std::move(exporter)};
}

} // namespace parallax::demo
