// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/exporter.hpp"
#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/instance.hpp"

#include <CLI/CLI.hpp>

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace parallax::demo {

/// Which exporter and device to use; the options that every subcommand shares.
struct MachineOptions {
    std::string exporter = "exporter";
    std::string device;
    bool validate = false;

    void add_to(CLI::App& command);
};

/// What a window asks of Vulkan.
struct Presentation {
    std::vector<const char*> instance_extensions;
    std::function<vk::raii::SurfaceKHR(const Instance&)> create_surface;
};

/// An exporter and a Vulkan device, opened. Owns both.
struct Machine {
    std::unique_ptr<Exporter> exporter;
    std::unique_ptr<Instance> instance;
    vk::raii::SurfaceKHR surface = nullptr; ///< of the window, if there is one
    std::unique_ptr<Context> context;

    /// @param presentation what a window asks for; null without one.
    /// @return the machine, or every reason why it cannot be had here.
    [[nodiscard]] static std::expected<Machine, Reasons>
    open(const MachineOptions& options, const Presentation* presentation = nullptr);

    /// Prints to stderr what the validation layers said, if they are on.
    /// @return how many messages there were.
    std::size_t report_validation() const;
};

/// Prints "parallax: WHAT" and the reasons to stderr, one a line.
void print_reasons(const std::string& what, const Reasons& reasons);

} // namespace parallax::demo
