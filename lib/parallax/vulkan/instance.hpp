// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/vulkan/device_facts.hpp"
#include "parallax/vulkan/validation_log.hpp"
#include "parallax/vulkan/vk.hpp"

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
        bool validate = false;                    ///< turn VK_LAYER_KHRONOS_validation on
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

/// Finds the device that @p wish names: an index, or a part of its name in any case; empty takes
/// the first usable one, a real GPU before a CPU.
/// @return the physical device, or the reasons, naming every device and what it lacks.
[[nodiscard]] std::expected<vk::raii::PhysicalDevice, Reasons>
choose_device(const Instance& instance, const std::string& wish);

} // namespace parallax
