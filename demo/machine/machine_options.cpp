// SPDX-License-Identifier: MIT
#include "machine/machine_options.hpp"

#include "exporters/exporters.hpp"

#include "machine/machine.hpp"

#include "parallax/text.hpp"

namespace parallax::demo {

void DeviceOptions::add_to(CLI::App& command, Work& chosen) {
    command.add_option(option, device, "Vulkan device: its index, or a part of its name");
    command.add_flag_callback(
        "--list-devices", [&chosen] { chosen = list_devices; }, "List the Vulkan devices and end");
    command.add_flag("--validate", validate,
                     "Turn the Vulkan validation layers on; after any message the status is 5");
}

void add_exporter_option(CLI::App& command, std::string& exporter) {
    command
        .add_option(
            "--exporter", exporter,
            text::format("Exporter that allocates the memory: {}, or the path of a dma-heap",
                         exporter_names()))
        ->check(refuse_exporter_name)
        ->capture_default_str();
}

void MachineOptions::add_to(CLI::App& command, Work& chosen) {
    add_exporter_option(command, exporter);
    device.add_to(command, chosen);
}

} // namespace parallax::demo
