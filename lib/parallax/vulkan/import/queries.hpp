// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/loaded_device.hpp"

#include <drm_fourcc.h>

#include <cstdint>
#include <vector>

// Private to the library: questions to the driver that create nothing.
namespace parallax::detail {

/// The modifiers that the driver lists for a format; empty if they are not enabled.
[[nodiscard]] std::vector<VkDrmFormatModifierPropertiesEXT>
listed_modifiers(const LoadedDevice& device, VkFormat format);

/// A kind of images.
struct ImageKind {
    VkFormat format = VK_FORMAT_UNDEFINED;          ///< of the pixels
    VkImageTiling tiling = VK_IMAGE_TILING_LINEAR;  ///< linear, or by modifier
    VkImageUsageFlags usage = 0;                    ///< all that they will be used for
    std::uint64_t modifier = DRM_FORMAT_MOD_LINEAR; ///< with the modifier tiling
    VkImageCreateFlags flags = 0;                   ///< of the image
};

/// The driver's answer on images of one kind with memory in dma-bufs.
struct ImageSupport {
    VkResult result = VK_NOT_READY;            ///< of GetPhysicalDeviceImageFormatProperties2
    VkExtent2D largest{};                      ///< extent; like the next, only set on success
    VkExternalMemoryFeatureFlags external = 0; ///< for dma-buf handles
};

[[nodiscard]] ImageSupport image_support(const LoadedDevice& device, const ImageKind& kind);

/// The usage of an imported image: sampling, and copies if its features permit them.
[[nodiscard]] constexpr VkImageUsageFlags usage_for(VkFormatFeatureFlags features) {
    VkImageUsageFlags usage = VK_IMAGE_USAGE_SAMPLED_BIT;
    if ((features & VK_FORMAT_FEATURE_TRANSFER_SRC_BIT) != 0) {
        usage |= VK_IMAGE_USAGE_TRANSFER_SRC_BIT;
    }
    if ((features & VK_FORMAT_FEATURE_TRANSFER_DST_BIT) != 0) {
        usage |= VK_IMAGE_USAGE_TRANSFER_DST_BIT;
    }
    return usage;
}

} // namespace parallax::detail
