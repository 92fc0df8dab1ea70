// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/vk.hpp"
#include "parallax/vulkan/formats.hpp"

#include <bit>
#include <cstdint>

namespace parallax {

/// VulkanFormat::format as Vulkan-Hpp has it.
[[nodiscard]] inline vk::Format vk_format(std::uint32_t fourcc) {
    return static_cast<vk::Format>(vulkan_format(fourcc).format);
}
/// VulkanFormat::components as Vulkan-Hpp has them.
[[nodiscard]] inline vk::ComponentMapping vk_components(std::uint32_t fourcc) {
    return std::bit_cast<vk::ComponentMapping>(vulkan_format(fourcc).components);
}

} // namespace parallax
