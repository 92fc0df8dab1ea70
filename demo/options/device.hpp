// SPDX-License-Identifier: MIT
#pragma once

#include "exit_status.hpp"

#include "parallax/error.hpp"
#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/instance.hpp"

#include <CLI/CLI.hpp>

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace parallax::demo {

/// Which Vulkan device to use, and whether to watch it.
struct DeviceOptions {
    std::string device;
    bool validate = false;

    void add_to(CLI::App& command);
};

/// What a window asks of Vulkan.
struct Presentation {
    std::vector<const char*> instance_extensions;
    std::function<vk::raii::SurfaceKHR(const Instance&)> create_surface;
};

/// A Vulkan device, opened. Owned.
struct Device {
    std::unique_ptr<Instance> instance;
    vk::raii::SurfaceKHR surface = nullptr; ///< of the window, if there is one
    std::unique_ptr<Context> context;

    /// @param presentation what a window asks for; null without one.
    /// @return the device, or every reason why it cannot be had here.
    [[nodiscard]] static std::expected<Device, Reasons>
    open(const DeviceOptions& options, const Presentation* presentation = nullptr);

    /// Prints to stderr what the validation layers said, if they are on.
    /// @return how many messages there were.
    [[nodiscard]] std::size_t report_validation() const;
};

/// Prints "parallax: WHAT" and the reasons to stderr, one a line.
void print_reasons(const std::string& what, const Reasons& reasons);

/// The same, for a subcommand that ends with them.
ExitStatus unsupported(const std::string& what, const Reasons& reasons);

} // namespace parallax::demo
