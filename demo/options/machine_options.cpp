// SPDX-License-Identifier: MIT
#include "options/machine_options.hpp"

#include "parallax/printable.hpp"

#include "machine.hpp"

#include <algorithm>
#include <filesystem>
#include <format>

namespace parallax::demo {

void DeviceOptions::add_to(CLI::App& command, Work& chosen) {
    command.add_option(option, device, "Vulkan device: its index, or a part of its name");
    command.add_flag_callback(
        "--list-devices", [&chosen] { chosen = list_devices; }, "List the Vulkan devices and end");
    command.add_flag("--validate", validate,
                     "Turn the Vulkan validation layers on; after any message the status is 5");
}

void add_exporter_option(CLI::App& command, std::string& exporter) {
    const std::string names = joined(exporter_kinds(), ", ", &ExporterKind::name);
    command
        .add_option("--exporter", exporter,
                    std::format("Exporter that allocates the memory: {}; or a dma-heap, by its "
                                "name in /dev/dma_heap "
                                "(linux,cma) or its path",
                                names))
        ->check([names](const std::string& name) {
            const bool known = name.starts_with('/') ||
                               std::ranges::contains(exporter_kinds(), name, &ExporterKind::name) ||
                               std::filesystem::exists("/dev/dma_heap/" + name);
            return known ? std::string()
                         : std::format("no exporter is named '{}'; there are {}, and the "
                                       "dma-heaps in /dev/dma_heap by their names or paths",
                                       name, names);
        })
        ->capture_default_str();
}

void MachineOptions::add_to(CLI::App& command, Work& chosen) {
    add_exporter_option(command, exporter);
    device.add_to(command, chosen);
}

} // namespace parallax::demo
