// SPDX-License-Identifier: MIT
#pragma once

#include <vulkan/vulkan_core.h>

// Private to the library: constants for the barriers of import.
namespace parallax::detail {

/// All of a colour image with one level and one layer, for views and barriers.
inline constexpr VkImageSubresourceRange whole_colour{
    .aspectMask = VK_IMAGE_ASPECT_COLOR_BIT, .levelCount = 1, .layerCount = 1};
/// The same, for copies.
inline constexpr VkImageSubresourceLayers first_layer{.aspectMask = VK_IMAGE_ASPECT_COLOR_BIT,
                                                      .layerCount = 1};

/// All accesses by the GPU, and those of copies from and to a buffer.
inline constexpr VkAccessFlags any_access = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT;
inline constexpr VkAccessFlags copies = VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;

/// The second scope of a release: it orders no later work in this queue.
inline constexpr VkPipelineStageFlags nothing_after = VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT;

} // namespace parallax::detail
