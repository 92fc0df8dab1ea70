// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import/objects.hpp"

#include "parallax/vulkan/import/barriers.hpp"

#include <drm_fourcc.h>

namespace parallax::detail {
namespace {

/// Queries both structures of an object's memory requirements.
template <class Ask>
MemoryNeeds ask_needs(Ask ask) {
    VkMemoryDedicatedRequirements dedicated{.sType =
                                                VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS};
    VkMemoryRequirements2 wants{.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2,
                                .pNext = &dedicated};
    ask(&wants);
    return {.size = wants.memoryRequirements.size,
            .alignment = wants.memoryRequirements.alignment,
            .type_bits = wants.memoryRequirements.memoryTypeBits,
            .dedicated = dedicated.prefersDedicatedAllocation == VK_TRUE ||
                         dedicated.requiresDedicatedAllocation == VK_TRUE};
}

} // namespace

Owned<VkImage> create_image(const LoadedDevice& device, const ImageSpec& spec) {
    // A plane's size must be 0 here: the driver computes it.
    const VkSubresourceLayout plane{.offset = spec.offset, .rowPitch = spec.stride};
    const VkImageDrmFormatModifierExplicitCreateInfoEXT our_layout{
        .sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT,
        .drmFormatModifier = DRM_FORMAT_MOD_LINEAR,
        .drmFormatModifierPlaneCount = 1,
        .pPlaneLayouts = &plane};
    const std::uint64_t linear = DRM_FORMAT_MOD_LINEAR;
    const VkImageDrmFormatModifierListCreateInfoEXT drivers_layout{
        .sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT,
        .drmFormatModifierCount = 1,
        .pDrmFormatModifiers = &linear};

    VkExternalMemoryImageCreateInfo external{
        .sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO,
        .handleTypes = dma_buf_handle};
    if (spec.tiling == VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT) {
        external.pNext = spec.stride != 0 ? static_cast<const void*>(&our_layout)
                                          : static_cast<const void*>(&drivers_layout);
    }
    const VkImageCreateInfo info{.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
                                 .pNext = &external,
                                 .imageType = VK_IMAGE_TYPE_2D,
                                 .format = spec.format,
                                 .extent = {spec.extent.width, spec.extent.height, 1},
                                 .mipLevels = 1,
                                 .arrayLayers = 1,
                                 .samples = VK_SAMPLE_COUNT_1_BIT,
                                 .tiling = spec.tiling,
                                 .usage = spec.usage,
                                 .sharingMode = VK_SHARING_MODE_EXCLUSIVE,
                                 .initialLayout = VK_IMAGE_LAYOUT_UNDEFINED};
    VkImage image = VK_NULL_HANDLE;
    check(device.CreateImage(device.device, &info, nullptr, &image), "vkCreateImage");
    return {device.device, image, device.DestroyImage};
}

Owned<VkBuffer> create_buffer(const LoadedDevice& device, std::uint64_t size) {
    const VkExternalMemoryBufferCreateInfo external{
        .sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO,
        .handleTypes = dma_buf_handle};
    const VkBufferCreateInfo info{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                  .pNext = &external,
                                  .size = size,
                                  .usage = imported_buffer_usage,
                                  .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
    VkBuffer buffer = VK_NULL_HANDLE;
    check(device.CreateBuffer(device.device, &info, nullptr, &buffer), "vkCreateBuffer");
    return {device.device, buffer, device.DestroyBuffer};
}

Owned<VkImageView> create_view(const LoadedDevice& device, VkImage image,
                               const VulkanFormat& format) {
    const VkImageViewCreateInfo info{.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO,
                                     .image = image,
                                     .viewType = VK_IMAGE_VIEW_TYPE_2D,
                                     .format = format.format,
                                     .components = format.components,
                                     .subresourceRange = whole_colour};
    VkImageView view = VK_NULL_HANDLE;
    check(device.CreateImageView(device.device, &info, nullptr, &view), "vkCreateImageView");
    return {device.device, view, device.DestroyImageView};
}

VkSubresourceLayout first_plane(const LoadedDevice& device, VkImage image, VkImageTiling tiling) {
    const bool by_modifier = tiling == VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT;
    const VkImageSubresource first{
        .aspectMask = static_cast<VkImageAspectFlags>(
            by_modifier ? VK_IMAGE_ASPECT_MEMORY_PLANE_0_BIT_EXT : VK_IMAGE_ASPECT_COLOR_BIT)};
    VkSubresourceLayout layout{};
    device.GetImageSubresourceLayout(device.device, image, &first, &layout);
    return layout;
}

MemoryNeeds memory_needs(const LoadedDevice& device, VkImage image) {
    const VkImageMemoryRequirementsInfo2 info{
        .sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_REQUIREMENTS_INFO_2, .image = image};
    return ask_needs([&](VkMemoryRequirements2* wants) {
        device.GetImageMemoryRequirements2(device.device, &info, wants);
    });
}

MemoryNeeds memory_needs(const LoadedDevice& device, VkBuffer buffer) {
    const VkBufferMemoryRequirementsInfo2 info{
        .sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_REQUIREMENTS_INFO_2, .buffer = buffer};
    return ask_needs([&](VkMemoryRequirements2* wants) {
        device.GetBufferMemoryRequirements2(device.device, &info, wants);
    });
}

} // namespace parallax::detail
