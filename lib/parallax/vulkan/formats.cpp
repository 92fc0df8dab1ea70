// SPDX-License-Identifier: MIT
#include "parallax/vulkan/formats.hpp"

#include <drm_fourcc.h>

#include <format>
#include <stdexcept>

namespace parallax {
namespace {

VkFormat same_bytes(const Format& format) {
    switch (format.fourcc) {
    case DRM_FORMAT_XRGB8888:
    case DRM_FORMAT_ARGB8888:
        return VK_FORMAT_B8G8R8A8_UNORM;
    case DRM_FORMAT_XBGR8888:
    case DRM_FORMAT_ABGR8888:
        return VK_FORMAT_R8G8B8A8_UNORM;
    case DRM_FORMAT_RGB565:
        return VK_FORMAT_R5G6B5_UNORM_PACK16;
    case DRM_FORMAT_R8: // planes of YCbCr
        return VK_FORMAT_R8_UNORM;
    case DRM_FORMAT_GR88:
        return VK_FORMAT_R8G8_UNORM;
    default:
        throw std::invalid_argument(std::format("{} has no counterpart in Vulkan", format.name));
    }
}

} // namespace

VulkanFormat vulkan_format(std::uint32_t fourcc) {
    const Format& format = format_of(fourcc);
    const auto alpha = format.has_alpha ? VK_COMPONENT_SWIZZLE_IDENTITY : VK_COMPONENT_SWIZZLE_ONE;
    return {.format = same_bytes(format), .components = {.a = alpha}};
}

} // namespace parallax
