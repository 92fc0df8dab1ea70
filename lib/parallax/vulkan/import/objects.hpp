// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/import/plan.hpp"
#include "parallax/vulkan/loaded_device.hpp"

#include <cstdint>

// Private to the library: creates images and buffers without memory.
namespace parallax::detail {

/// Parameters of vkCreateImage. With the modifier tiling, a stride of 0 lets the driver choose.
struct ImageSpec {
    VkFormat format = VK_FORMAT_UNDEFINED;         ///< with the same bytes as the memory
    Extent extent;                                 ///< pixels
    VkImageTiling tiling = VK_IMAGE_TILING_LINEAR; ///< linear, or by modifier
    VkImageUsageFlags usage = 0;                   ///< of the image
    std::uint64_t offset = 0;                      ///< bytes to the first pixel
    std::uint64_t stride = 0;                      ///< bytes from row to row
};

/// The external memory handle type of every import.
inline constexpr auto dma_buf_handle = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT;

/// Usage of an imported buffer: the GPU copies from it and to it.
inline constexpr VkBufferUsageFlags imported_buffer_usage =
    VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;

/// An image without memory yet, ready to be bound to an imported dma-buf.
/// @throws VulkanError with the driver's refusal.
[[nodiscard]] Owned<VkImage> create_image(const LoadedDevice& device, const ImageSpec& spec);

/// The same for a buffer of @p size bytes.
/// @throws VulkanError with the driver's refusal.
[[nodiscard]] Owned<VkBuffer> create_buffer(const LoadedDevice& device, std::uint64_t size);

/// A view of all of an image that has memory.
/// @throws VulkanError with the driver's refusal.
[[nodiscard]] Owned<VkImageView> create_view(const LoadedDevice& device, VkImage image,
                                             const VulkanFormat& format);

/// Where that image, of that tiling, has its first pixel and its rows: the driver's word, which may
/// differ from what was asked for.
[[nodiscard]] VkSubresourceLayout first_plane(const LoadedDevice& device, VkImage image,
                                              VkImageTiling tiling);

/// The memory requirements of that image.
[[nodiscard]] MemoryNeeds memory_needs(const LoadedDevice& device, VkImage image);
/// The memory requirements of that buffer.
[[nodiscard]] MemoryNeeds memory_needs(const LoadedDevice& device, VkBuffer buffer);

} // namespace parallax::detail
