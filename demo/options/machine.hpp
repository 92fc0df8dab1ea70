// SPDX-License-Identifier: MIT
#pragma once

#include "options/device.hpp"

#include "parallax/exporter.hpp"

#include <CLI/CLI.hpp>

#include <expected>
#include <memory>
#include <string>

namespace parallax::demo {

/// Which exporter and device to use; the options of every subcommand that needs both.
struct MachineOptions : DeviceOptions {
    std::string exporter = "exporter";

    void add_to(CLI::App& command);
};

/// An exporter and a Vulkan device, opened. Owns both.
struct Machine : Device {
    std::unique_ptr<Exporter> exporter;

    /// @param presentation what a window asks for; null without one.
    /// @return the machine, or every reason why it cannot be had here.
    [[nodiscard]] static std::expected<Machine, Reasons>
    open(const MachineOptions& options, const Presentation* presentation = nullptr);
};

/// Adds --exporter, for a subcommand that needs no device.
void add_exporter_option(CLI::App& command, std::string& exporter);

} // namespace parallax::demo
