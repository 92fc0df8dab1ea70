// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/vk.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace parallax {

/// Collects what the validation layers say. Drivers may call from any thread.
class ValidationLog {
public:
    /// How to set up a messenger that writes into this log, which must outlive it.
    [[nodiscard]] vk::DebugUtilsMessengerCreateInfoEXT messenger_info();

    /// A copy of all messages so far.
    [[nodiscard]] std::vector<std::string> messages() const;

private:
    static VKAPI_ATTR vk::Bool32 VKAPI_CALL receive(
        vk::DebugUtilsMessageSeverityFlagBitsEXT severity, vk::DebugUtilsMessageTypeFlagsEXT types,
        const vk::DebugUtilsMessengerCallbackDataEXT* data, void* log);

    mutable std::mutex mutex_;
    std::vector<std::string> messages_;
};

} // namespace parallax
