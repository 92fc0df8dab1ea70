// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/format.hpp"

#include <vulkan/vulkan_core.h>

namespace parallax {

/// The VkFormat with the memory layout of a DRM format, and the component mapping of its views.
/// Vulkan has no X channels: the view of an X format maps alpha to one.
struct VulkanFormat {
    VkFormat format = VK_FORMAT_UNDEFINED; ///< with the same memory layout
    VkComponentMapping components{};       ///< for image views
};

/// The VkFormat of a DRM format.
/// @throws std::invalid_argument for a format that has no counterpart.
[[nodiscard]] VulkanFormat vulkan_format(std::uint32_t fourcc);

/// The VkFormat of one image with all planes of a format of luma and chroma, which is sampled
/// through a VkSamplerYcbcrConversion; VK_FORMAT_UNDEFINED if there is none.
[[nodiscard]] VkFormat multiplanar_format(std::uint32_t fourcc) noexcept;

/// True if Vulkan has blue where the format has red, and red where it has blue: views exchange
/// them, and what draws into such an image has to, too.
[[nodiscard]] bool red_is_blue(std::uint32_t fourcc) noexcept;

/// True if a DRM format has a counterpart.
[[nodiscard]] bool has_vulkan_format(std::uint32_t fourcc) noexcept;

} // namespace parallax
