// SPDX-License-Identifier: MIT
#pragma once

#include "machine/machine_options.hpp"
#include "process/exit_status.hpp"
#include "report/verdict.hpp"

#include "offscreen/context.hpp"
#include "offscreen/instance.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/error.hpp"
#include "parallax/vulkan/import/plan.hpp"

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace parallax::demo {

/// Requirements of a window for Vulkan.
struct Presentation {
    std::vector<const char*> instance_extensions;
    std::function<vk::raii::SurfaceKHR(const Instance&)> create_surface;
};

/// An open Vulkan device. Owned.
struct Device {
    std::unique_ptr<Instance> instance;
    vk::raii::SurfaceKHR surface = nullptr; ///< of the window, if there is one
    std::unique_ptr<Context> context;

    /// @param presentation requirements of a window; null without one.
    /// @return the device, or every reason why there is none.
    /// @throws UsageError when there is no device of the name in --device.
    [[nodiscard]] static std::expected<Device, Reasons>
    open(const DeviceOptions& options, const Presentation* presentation = nullptr);

    /// Prints the messages of the validation layers to stderr.
    /// @return @p status if there were none, ExitStatus::invalid otherwise.
    [[nodiscard]] ExitStatus validated(ExitStatus status) const;
};

/// An open exporter and an open Vulkan device. Owns both.
struct Machine {
    std::unique_ptr<Exporter> exporter;
    Device device;

    /// As Device::open().
    [[nodiscard]] static std::expected<Machine, Reasons>
    open(const MachineOptions& options, const Presentation* presentation = nullptr);

    [[nodiscard]] const Context& context() const noexcept { return *device.context; }
};

/// For the verdict of a run that imports: device, import, driver, sync.
[[nodiscard]] std::vector<Fact> import_facts(const Context& context, ImportMethod method,
                                             const DmaBuf& buffer);

/// Prints the messages of the validation layers to stderr, if they are on.
/// @return the number of messages.
[[nodiscard]] std::size_t report_validation(const Instance& instance);

/// Prints "INDEX NAME" of each Vulkan device, one per line.
[[nodiscard]] ExitStatus list_devices();

/// For a subcommand that opens its device by other means than Device.
/// @param option that @p wish was given to.
/// @throws UsageError with the names of all devices when @p wish names none of them.
void require_known_device(const Instance& instance, const std::string& wish,
                          const char* option = "--device");

} // namespace parallax::demo
