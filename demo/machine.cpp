// SPDX-License-Identifier: MIT
#include "machine.hpp"

#include "exit_status.hpp"

#include <cstdio>
#include <format>
#include <print>

namespace parallax::demo {
namespace {

std::string exporter_help() {
    std::string names;
    for (const ExporterKind& kind : exporter_kinds()) {
        names += std::format("{}{}", names.empty() ? "" : ", ", kind.name);
    }
    return std::format("Where the memory comes from: {}, or the path of a dma-heap", names);
}

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

void MachineOptions::add_to(CLI::App& command) {
    command.add_option("--exporter", exporter, exporter_help())->capture_default_str();
    command.add_option("--device", device, "Vulkan device: its index, or a part of its name");
    command.add_flag_callback("--list-devices", list_devices, "List the Vulkan devices and end");
    command.add_flag("--validate", validate,
                     "Turn the Vulkan validation layers on; any message ends with status 5");
}

std::expected<Machine, Reasons> Machine::open(const MachineOptions& options,
                                              const Presentation* presentation) {
    auto exporter = open_exporter(options.exporter);
    if (!exporter) {
        return std::unexpected(exporter.error());
    }
    Instance::Options wanted{.validate = options.validate};
    if (presentation != nullptr) {
        wanted.extensions = presentation->instance_extensions;
    }
    auto instance = Instance::create(wanted);
    if (!instance) {
        return std::unexpected(instance.error());
    }
    auto device = choose_device(*instance, options.device);
    if (!device) {
        return std::unexpected(device.error());
    }
    Machine machine{.exporter = *std::move(exporter),
                    .instance = std::make_unique<Instance>(*std::move(instance))};
    Context::Options options_for_context;
    if (presentation != nullptr) {
        if (!device_facts(*device).swapchain) {
            return std::unexpected(
                Reasons{std::format("{} cannot present to a window (no VK_KHR_swapchain)",
                                    device_facts(*device).name)});
        }
        machine.surface = presentation->create_surface(*machine.instance);
        options_for_context.surface = *machine.surface;
    }
    machine.context =
        std::make_unique<Context>(*machine.instance, *std::move(device), options_for_context);
    return machine;
}

std::size_t Machine::report_validation() const {
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

} // namespace parallax::demo
