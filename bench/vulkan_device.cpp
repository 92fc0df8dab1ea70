// SPDX-License-Identifier: MIT
#include "vulkan_device.hpp"

#include "reasons.hpp"

namespace parallax::bench {

const Context& VulkanDevice::context() {
    if (!context_) {
        auto instance = Instance::create({});
        if (!instance) {
            throw_reasons(instance.error());
        }
        instance_ = std::make_unique<Instance>(*std::move(instance));
        auto device = choose_device(*instance_, wish_);
        if (!device) {
            throw_reasons(device.error());
        }
        context_ = std::make_unique<Context>(*instance_, *std::move(device));
    }
    return *context_;
}

} // namespace parallax::bench
