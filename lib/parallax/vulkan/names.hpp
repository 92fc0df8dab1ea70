// SPDX-License-Identifier: MIT
#pragma once

#include <vulkan/vulkan_core.h>

#include <string>

// Private to the library: names of Vulkan's values, for messages.
namespace parallax::detail {

/// "VK_ERROR_OUT_OF_DEVICE_MEMORY"
[[nodiscard]] std::string result_name(VkResult result);
/// "SAMPLED_IMAGE | TRANSFER_SRC"; "none"
[[nodiscard]] std::string format_feature_names(VkFormatFeatureFlags features);
/// "EXPORTABLE | IMPORTABLE"; "none"
[[nodiscard]] std::string memory_feature_names(VkExternalMemoryFeatureFlags features);

} // namespace parallax::detail
