// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/device_facts.hpp"
#include "offscreen/validation_log.hpp"
#include "offscreen/vk.hpp"
#include "parallax/error.hpp"

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace parallax {

/// The Vulkan loader and one instance of it; with validation, also the layers and what they said.
class Instance {
public:
    /// What an instance is made with.
    struct Options {
        bool validate = false; ///< VK_LAYER_KHRONOS_validation, synchronization validation too
        std::vector<const char*> extensions = {}; ///< what a window system needs
    };

    /// @return the instance, or the reasons why this machine has no Vulkan (no loader, no driver,
    ///         validation asked for and its layer missing).
    [[nodiscard]] static std::expected<Instance, Reasons> create(const Options& options);

    /// Vulkan's instance; borrowed.
    [[nodiscard]] const vk::raii::Instance& handle() const noexcept { return instance_; }
    /// The loader; borrowed.
    [[nodiscard]] const vk::raii::Context& loader() const noexcept { return *loader_; }

    /// What the validation layers said so far; null when they are off.
    [[nodiscard]] const ValidationLog* validation_log() const noexcept { return log_.get(); }

    /// All devices, in the order of the loader.
    /// @throws vk::SystemError.
    [[nodiscard]] std::vector<vk::raii::PhysicalDevice> devices() const;

private:
    Instance(std::unique_ptr<vk::raii::Context> loader, std::unique_ptr<ValidationLog> log,
             vk::raii::Instance instance, vk::raii::DebugUtilsMessengerEXT messenger);

    // In order of creation, so that they end in the reverse order. The loader and the log are
    // pointed at, and so keep their address when the Instance moves.
    std::unique_ptr<vk::raii::Context> loader_;
    std::unique_ptr<ValidationLog> log_;
    vk::raii::Instance instance_;
    vk::raii::DebugUtilsMessengerEXT messenger_;
};

/// Whether @p wish names the device with that name and that index in Instance::devices(): by the
/// index, or by a part of the name in any case.
[[nodiscard]] bool names_device(const std::string& wish, std::size_t index,
                                const std::string& name);

/// Devices that can be used, and why the others cannot.
struct UsableDevices {
    std::vector<vk::raii::PhysicalDevice> devices; ///< real GPUs before CPUs, else as the loader
    Reasons refusals;                              ///< name every other device and what it lacks
};

/// Asks every device for itself: one whose driver fails is left out with the reason.
/// @param wish as names_device() takes it; empty names them all.
[[nodiscard]] UsableDevices usable_devices(const Instance& instance, const std::string& wish);

} // namespace parallax
