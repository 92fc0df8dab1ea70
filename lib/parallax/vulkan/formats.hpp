// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/pixel_format.hpp"
#include "parallax/vulkan/vk.hpp"

namespace parallax {

/// The VkFormat whose bytes lie in memory as the DRM format's do, and what its fourth channel
/// reads as. Vulkan has no X channels: the view of an X format takes alpha as one.
struct VulkanFormat {
    vk::Format format = vk::Format::eUndefined; ///< with the same bytes
    vk::ComponentMapping components;            ///< which channel a sampler returns as which
};

/// @throws std::invalid_argument for a format that has no counterpart.
[[nodiscard]] VulkanFormat vulkan_format(const PixelFormat& format);

} // namespace parallax
