// SPDX-License-Identifier: MIT
#include "machine/machine.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include "process/say.hpp"
#include "report/failure.hpp"

#include "exporters/exporters.hpp"
#include "offscreen/submission.hpp"

#include <cstdio>

namespace parallax::demo {
namespace {

/// In the order of Instance::devices(), so that a place in the list is an index.
std::vector<std::string> device_names(const Instance& instance) {
    std::vector<std::string> names;
    for (const vk::raii::PhysicalDevice& device : instance.devices()) {
        names.push_back(device_facts(device).name);
    }
    return names;
}

} // namespace

ExitStatus list_devices() {
    const auto instance = Instance::create({});
    if (!instance) {
        return unsupported("this machine has no Vulkan", instance.error());
    }
    std::vector<std::string> names;
    try {
        names = device_names(*instance);
    } catch (const vk::SystemError&) {
        return unsupported("the Vulkan devices of this machine cannot be listed",
                           usable_devices(*instance, "").refusals);
    }
    for (std::size_t index = 0; index < names.size(); ++index) {
        text::println("{} {}", index, names[index]);
    }
    return ExitStatus::agree;
}

void require_known_device(const Instance& instance, const std::string& wish, const char* option) {
    std::vector<std::string> names;
    try {
        names = device_names(instance);
    } catch (const vk::SystemError&) {
        return; // reported when a device is opened
    }
    std::string list;
    for (std::size_t index = 0; index < names.size(); ++index) {
        if (names_device(wish, index, names[index])) {
            return;
        }
        append(list, text::format("{} ({})", index, names[index]));
    }
    if (!names.empty()) {
        throw UsageError(
            text::format("{}: there is no device '{}'; there are {}", option, wish, list));
    }
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
    require_known_device(*instance, options.device, options.option);
    Device device{.instance = std::make_unique<Instance>(*std::move(instance))};
    Context::Options with;
    if (presentation != nullptr) {
        device.surface = presentation->create_surface(*device.instance);
        with.surface = *device.surface;
    }
    auto context = Context::open(*device.instance, options.device, with);
    if (!context) {
        return std::unexpected(context.error());
    }
    device.context = *std::move(context);
    return device;
}

std::size_t report_validation(const Instance& instance) {
    if (instance.validation_log() == nullptr) {
        return 0;
    }
    const std::vector<std::string> messages = instance.validation_log()->messages();
    for (const std::string& message : messages) {
        say("validation: {}", message);
    }
    return messages.size();
}

std::vector<Fact> import_facts(const Context& context, ImportMethod method, const DmaBuf& buffer) {
    const Synchronisation sync = choose_synchronisation(context, buffer);
    return {
        {"device", context.facts().name},
        {"import", std::string(import_method_name(method))},
        {"driver", context.facts().driver},
        {"sync", text::format("{}{}{}", sync.name(), sync.by_fences ? "" : ": ", sync.why_not)}};
}

ExitStatus Device::validated(ExitStatus status) const {
    return report_validation(*instance) > 0 ? ExitStatus::invalid : status;
}

std::expected<Machine, Reasons> Machine::open(const MachineOptions& options,
                                              const Presentation* presentation) {
    auto exporter = open_any_exporter(options.exporter);
    if (!exporter) {
        return std::unexpected(exporter.error());
    }
    auto device = Device::open(options.device, presentation);
    if (!device) {
        return std::unexpected(device.error());
    }
    return Machine{.exporter = *std::move(exporter), .device = *std::move(device)};
}

} // namespace parallax::demo
