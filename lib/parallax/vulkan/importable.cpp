// SPDX-License-Identifier: MIT
#include "parallax/vulkan/importable.hpp"

#include <drm_fourcc.h>

namespace parallax {
namespace {

constexpr auto dma_buf = vk::ExternalMemoryHandleTypeFlagBits::eDmaBufEXT;

MemoryNeeds to_needs(const vk::MemoryRequirements& wants,
                     const vk::MemoryDedicatedRequirements& dedicated) {
    return {.size = wants.size,
            .alignment = wants.alignment,
            .type_bits = wants.memoryTypeBits,
            .dedicated =
                dedicated.prefersDedicatedAllocation || dedicated.requiresDedicatedAllocation};
}

} // namespace

vk::raii::Image create_image(const Context& context, const ImageSpec& spec) {
    // A plane's size must be 0 here: the driver computes it.
    const vk::SubresourceLayout plane{.offset = spec.offset, .rowPitch = spec.stride};
    const vk::ImageDrmFormatModifierExplicitCreateInfoEXT our_layout{
        .drmFormatModifier = DRM_FORMAT_MOD_LINEAR,
        .drmFormatModifierPlaneCount = 1,
        .pPlaneLayouts = &plane};
    const std::uint64_t linear = DRM_FORMAT_MOD_LINEAR;
    const vk::ImageDrmFormatModifierListCreateInfoEXT drivers_layout{
        .drmFormatModifierCount = 1, .pDrmFormatModifiers = &linear};

    vk::ExternalMemoryImageCreateInfo external{.handleTypes = dma_buf};
    if (spec.tiling == vk::ImageTiling::eDrmFormatModifierEXT) {
        external.pNext = spec.stride != 0 ? static_cast<const void*>(&our_layout)
                                          : static_cast<const void*>(&drivers_layout);
    }
    return {context.device(), vk::ImageCreateInfo{
                                  .pNext = &external,
                                  .imageType = vk::ImageType::e2D,
                                  .format = spec.format,
                                  .extent = {spec.extent.width, spec.extent.height, 1},
                                  .mipLevels = 1,
                                  .arrayLayers = 1,
                                  .samples = vk::SampleCountFlagBits::e1,
                                  .tiling = spec.tiling,
                                  .usage = spec.usage,
                                  .sharingMode = vk::SharingMode::eExclusive,
                                  .initialLayout = vk::ImageLayout::eUndefined,
                              }};
}

vk::raii::Buffer create_buffer(const Context& context, std::uint64_t size) {
    const vk::ExternalMemoryBufferCreateInfo external{.handleTypes = dma_buf};
    return {context.device(), vk::BufferCreateInfo{.pNext = &external,
                                                   .size = size,
                                                   .usage = imported_buffer_usage,
                                                   .sharingMode = vk::SharingMode::eExclusive}};
}

MemoryNeeds memory_needs(const Context& context, vk::Image image) {
    const auto wants =
        context.device()
            .getImageMemoryRequirements2<vk::MemoryRequirements2, vk::MemoryDedicatedRequirements>(
                {.image = image});
    return to_needs(wants.get<vk::MemoryRequirements2>().memoryRequirements,
                    wants.get<vk::MemoryDedicatedRequirements>());
}

MemoryNeeds memory_needs(const Context& context, vk::Buffer buffer) {
    const auto wants =
        context.device()
            .getBufferMemoryRequirements2<vk::MemoryRequirements2, vk::MemoryDedicatedRequirements>(
                {.buffer = buffer});
    return to_needs(wants.get<vk::MemoryRequirements2>().memoryRequirements,
                    wants.get<vk::MemoryDedicatedRequirements>());
}

} // namespace parallax
