// SPDX-License-Identifier: MIT
#include "offscreen/validation_log.hpp"

namespace parallax {

vk::DebugUtilsMessengerCreateInfoEXT ValidationLog::messenger_info() {
    using Severity = vk::DebugUtilsMessageSeverityFlagBitsEXT;
    using Type = vk::DebugUtilsMessageTypeFlagBitsEXT;
    return {
        .messageSeverity = Severity::eWarning | Severity::eError,
        .messageType = Type::eValidation | Type::ePerformance,
        .pfnUserCallback = receive,
        .pUserData = this,
    };
}

std::vector<std::string> ValidationLog::messages() const {
    const std::scoped_lock lock(mutex_);
    return messages_;
}

vk::Bool32 ValidationLog::receive(vk::DebugUtilsMessageSeverityFlagBitsEXT /*severity*/,
                                  vk::DebugUtilsMessageTypeFlagsEXT /*types*/,
                                  const vk::DebugUtilsMessengerCallbackDataEXT* data, void* log) {
    auto& self = *static_cast<ValidationLog*>(log);
    const std::scoped_lock lock(self.mutex_);
    self.messages_.emplace_back(data->pMessage);
    return VK_FALSE; // the call that caused the message goes on
}

} // namespace parallax
