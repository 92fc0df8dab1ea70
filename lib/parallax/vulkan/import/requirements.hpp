// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/layout.hpp"

#include <vulkan/vulkan_core.h>

#include <cstdint>
#include <optional>

namespace parallax {

/// The image to import.
struct ImageRequest {
    Extent extent;            ///< pixels
    std::uint32_t fourcc = 0; ///< DRM_FORMAT_..., of one plane
    /// The layout of existing memory; if none, the driver's requirements determine the layout.
    std::optional<ImageLayout> fixed = std::nullopt;
};

/// Memory requirements, from vkGetImage- or vkGetBufferMemoryRequirements2.
struct MemoryNeeds {
    std::uint64_t size = 0;      ///< bytes; often more than the pixels take
    std::uint64_t alignment = 1; ///< bytes
    std::uint32_t type_bits = 0; ///< permitted memory types
    bool dedicated = false;      ///< prefers or requires a dedicated allocation

    bool operator==(const MemoryNeeds&) const = default;
};

/// The driver's answers on importing memory as an image with one tiling. The members are in the
/// order of asking; from the first refusal on they keep their defaults.
struct ImageAnswer {
    bool offered = false; ///< the extension is enabled, and lists this format with this tiling
    VkFormatFeatureFlags features = 0;         ///< of the format with this tiling
    VkResult supported = VK_NOT_READY;         ///< of GetPhysicalDeviceImageFormatProperties2
    VkExtent2D largest{};                      ///< extent that the device takes
    VkExternalMemoryFeatureFlags external = 0; ///< for dma-buf handles
    VkResult created = VK_NOT_READY;           ///< of vkCreateImage, on trial
    std::uint64_t offset = 0;                  ///< of the first pixel, bytes
    std::uint64_t stride = 0;                  ///< that the driver accepted or chose, bytes
    MemoryNeeds memory;                        ///< if the image was created
};

/// The same for a buffer, which any GPU can copy from.
struct BufferAnswer {
    VkExternalMemoryFeatureFlags external = 0; ///< for dma-buf handles
    VkResult created = VK_NOT_READY;           ///< of vkCreateBuffer, on trial
    MemoryNeeds memory;                        ///< if the buffer was created
};

/// The input of plan_import(). A value: tests make it up.
struct DriverAnswers {
    ImageAnswer modifier; ///< an image with the explicit DRM format modifier LINEAR
    ImageAnswer linear;   ///< an image with VK_IMAGE_TILING_LINEAR, its layout the driver's choice
    BufferAnswer buffer;  ///< a buffer, to copy the image from
    VkFormatFeatureFlags optimal = 0; ///< features of the format with optimal tiling
    bool lacks_modifiers = false;     ///< the driver has no VK_EXT_image_drm_format_modifier
    bool disabled_modifiers = false;  ///< the driver has it, but it is not enabled
    bool lavapipe = false;            ///< Mesa's driver that renders with the processor
};

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

} // namespace parallax
