// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/instance.hpp"

#include <memory>
#include <string>

namespace parallax::bench {

/// The Vulkan device under measurement, opened when it is first needed: starting a driver takes
/// seconds on an emulated machine.
class VulkanDevice {
public:
    /// @param wish as choose_device() takes it.
    explicit VulkanDevice(std::string wish) : wish_(std::move(wish)) {}

    /// @throws std::runtime_error with the reasons when there is no usable device.
    [[nodiscard]] const Context& context();

private:
    std::string wish_;
    std::unique_ptr<Instance> instance_;
    std::unique_ptr<Context> context_;
};

} // namespace parallax::bench
