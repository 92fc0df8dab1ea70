// SPDX-License-Identifier: MIT
#pragma once

#include "process/exit_status.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace parallax::demo {

/// The Vulkan device, and its validation.
struct DeviceOptions {
    std::string device;              ///< its index, or a part of its name
    const char* option = "--device"; ///< that names it
    bool validate = false;

    /// @param chosen set to the list of devices by --list-devices.
    void add_to(CLI::App& command, Work& chosen);
};

/// The exporter and the device; options of every subcommand that needs both.
struct MachineOptions {
    std::string exporter = "exporter";
    DeviceOptions device;

    void add_to(CLI::App& command, Work& chosen);
};

/// Adds --exporter, for a subcommand that needs no device.
void add_exporter_option(CLI::App& command, std::string& exporter);

} // namespace parallax::demo
