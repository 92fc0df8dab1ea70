// SPDX-License-Identifier: MIT
#include "vulkan_device.hpp"

#include "case.hpp"

namespace parallax::bench {

const Instance& VulkanDevice::instance() {
    if (!instance_) {
        auto instance = Instance::create({.validate = validate_});
        if (!instance) {
            throw_reasons(instance.error());
        }
        instance_ = std::make_unique<Instance>(*std::move(instance));
    }
    return *instance_;
}

const Context& VulkanDevice::context() {
    if (!context_) {
        auto context = Context::open(instance(), wish_);
        if (!context) {
            throw_reasons(context.error());
        }
        context_ = *std::move(context);
    }
    return *context_;
}

} // namespace parallax::bench
