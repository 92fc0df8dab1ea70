// SPDX-License-Identifier: MIT
#include "parallax/vulkan/formats.hpp"

#include <drm_fourcc.h>

#include <format>
#include <stdexcept>

namespace parallax {
namespace {

vk::Format same_bytes(const PixelFormat& format) {
    switch (format.fourcc) {
    case DRM_FORMAT_XRGB8888:
    case DRM_FORMAT_ARGB8888:
        return vk::Format::eB8G8R8A8Unorm;
    case DRM_FORMAT_XBGR8888:
    case DRM_FORMAT_ABGR8888:
        return vk::Format::eR8G8B8A8Unorm;
    case DRM_FORMAT_RGB565:
        return vk::Format::eR5G6B5UnormPack16;
    case DRM_FORMAT_R8: // planes of YCbCr
        return vk::Format::eR8Unorm;
    case DRM_FORMAT_GR88:
        return vk::Format::eR8G8Unorm;
    default:
        throw std::invalid_argument(std::format("{} has no counterpart in Vulkan", format.name));
    }
}

} // namespace

VulkanFormat vulkan_format(const PixelFormat& format) {
    const auto alpha =
        format.has_alpha ? vk::ComponentSwizzle::eIdentity : vk::ComponentSwizzle::eOne;
    return {.format = same_bytes(format), .components = {.a = alpha}};
}

} // namespace parallax
