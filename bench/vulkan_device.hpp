// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "offscreen/instance.hpp"

#include <memory>
#include <string>

namespace parallax::bench {

/// The Vulkan device under measurement, opened at its first use: starting a driver takes seconds
/// under emulation.
class VulkanDevice {
public:
    /// @param wish     as Context::open() takes it.
    /// @param validate true to use the validation layers.
    VulkanDevice(std::string wish, bool validate) : wish_(std::move(wish)), validate_(validate) {}

    /// @throws std::runtime_error with the reasons when this machine has no Vulkan.
    [[nodiscard]] const Instance& instance();

    /// @throws std::runtime_error with the reasons when there is no usable device.
    [[nodiscard]] const Context& context();

    /// Ends the context, if it was opened; the validation log then has leaked objects.
    void close() { context_.reset(); }
    /// True if instance() or context() has succeeded.
    [[nodiscard]] bool opened() const { return instance_ != nullptr; }

private:
    std::string wish_;
    bool validate_;
    std::unique_ptr<Instance> instance_;
    std::unique_ptr<Context> context_;
};

} // namespace parallax::bench
