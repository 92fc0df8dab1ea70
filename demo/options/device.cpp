// SPDX-License-Identifier: MIT
#include "options/device.hpp"

#include <cstdio>
#include <format>
#include <print>

namespace parallax::demo {
namespace {

/// Prints "INDEX NAME", one a line, and ends the program.
void list_devices() {
    const auto instance = Instance::create({});
    if (!instance) {
        print_reasons("this machine has no Vulkan", instance.error());
        throw CLI::RuntimeError(static_cast<int>(ExitStatus::unsupported));
    }
    std::size_t index = 0;
    for (const vk::raii::PhysicalDevice& device : instance->devices()) {
        std::println("{} {}", index++, device_facts(device).name);
    }
    throw CLI::Success();
}

} // namespace

void DeviceOptions::add_to(CLI::App& command) {
    command.add_option("--device", device, "Vulkan device: its index, or a part of its name");
    command.add_flag_callback("--list-devices", list_devices, "List the Vulkan devices and end");
    command.add_flag("--validate", validate,
                     "Turn the Vulkan validation layers on; any message ends with status 5");
}

std::expected<Device, Reasons> Device::open(const DeviceOptions& options,
                                            const Presentation* presentation) {
    Instance::Options wanted{.validate = options.validate};
    if (presentation != nullptr) {
        wanted.extensions = presentation->instance_extensions;
    }
    auto instance = Instance::create(wanted);
    if (!instance) {
        return std::unexpected(instance.error());
    }
    auto physical = choose_device(*instance, options.device);
    if (!physical) {
        return std::unexpected(physical.error());
    }
    Device device{.instance = std::make_unique<Instance>(*std::move(instance))};
    Context::Options with;
    if (presentation != nullptr) {
        if (!device_facts(*physical).swapchain) {
            return std::unexpected(
                Reasons{std::format("{} cannot present to a window (no VK_KHR_swapchain)",
                                    device_facts(*physical).name)});
        }
        device.surface = presentation->create_surface(*device.instance);
        with.surface = *device.surface;
    }
    device.context = std::make_unique<Context>(*device.instance, *std::move(physical), with);
    return device;
}

std::size_t Device::report_validation() const {
    if (instance->validation_log() == nullptr) {
        return 0;
    }
    const std::vector<std::string> messages = instance->validation_log()->messages();
    for (const std::string& message : messages) {
        std::println(stderr, "validation: {}", message);
    }
    return messages.size();
}

void print_reasons(const std::string& what, const Reasons& reasons) {
    std::println(stderr, "parallax: {}", what);
    for (const std::string& reason : reasons) {
        std::println(stderr, "  - {}", reason);
    }
}

ExitStatus unsupported(const std::string& what, const Reasons& reasons) {
    print_reasons(what, reasons);
    return ExitStatus::unsupported;
}

} // namespace parallax::demo
