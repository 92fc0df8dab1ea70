// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import/queries.hpp"

#include "parallax/vulkan/import/objects.hpp"

namespace parallax::detail {

std::vector<VkDrmFormatModifierPropertiesEXT> listed_modifiers(const LoadedDevice& device,
                                                               VkFormat format) {
    if (!device.has_modifiers) {
        return {};
    }
    VkDrmFormatModifierPropertiesListEXT list{
        .sType = VK_STRUCTURE_TYPE_DRM_FORMAT_MODIFIER_PROPERTIES_LIST_EXT};
    VkFormatProperties2 properties{.sType = VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_2, .pNext = &list};
    // Twice: for the number, then for the list.
    device.GetPhysicalDeviceFormatProperties2(device.physical, format, &properties);
    std::vector<VkDrmFormatModifierPropertiesEXT> modifiers(list.drmFormatModifierCount);
    list.pDrmFormatModifierProperties = modifiers.data();
    device.GetPhysicalDeviceFormatProperties2(device.physical, format, &properties);
    return modifiers;
}

ImageSupport image_support(const LoadedDevice& device, const ImageKind& kind) {
    const VkPhysicalDeviceImageDrmFormatModifierInfoEXT modifier{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_DRM_FORMAT_MODIFIER_INFO_EXT,
        .drmFormatModifier = kind.modifier,
        .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
    const VkPhysicalDeviceExternalImageFormatInfo external{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO,
        .pNext = kind.tiling == VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT ? &modifier : nullptr,
        .handleType = dma_buf_handle};
    const VkPhysicalDeviceImageFormatInfo2 info{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2,
        .pNext = &external,
        .format = kind.format,
        .type = VK_IMAGE_TYPE_2D,
        .tiling = kind.tiling,
        .usage = kind.usage,
        .flags = kind.flags};
    VkExternalImageFormatProperties external_properties{
        .sType = VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES};
    VkImageFormatProperties2 properties{.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2,
                                        .pNext = &external_properties};
    ImageSupport support{.result = device.GetPhysicalDeviceImageFormatProperties2(
                             device.physical, &info, &properties)};
    if (support.result == VK_SUCCESS) {
        const VkExtent3D largest = properties.imageFormatProperties.maxExtent;
        support.largest = {largest.width, largest.height};
        support.external = external_properties.externalMemoryProperties.externalMemoryFeatures;
    }
    return support;
}

} // namespace parallax::detail
