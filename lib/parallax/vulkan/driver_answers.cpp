// SPDX-License-Identifier: MIT
#include "parallax/vulkan/driver_answers.hpp"

#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/importable.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <vector>

namespace parallax {
namespace {

constexpr auto dma_buf = vk::ExternalMemoryHandleTypeFlagBits::eDmaBufEXT;

/// Features of the format under the modifier LINEAR, if the driver lists it with one plane.
std::optional<vk::FormatFeatureFlags> linear_modifier_features(const Context& context,
                                                               vk::Format format) {
    if (!context.facts().modifiers) {
        return std::nullopt;
    }
    vk::DrmFormatModifierPropertiesListEXT list;
    vk::FormatProperties2 properties{.pNext = &list};
    const VkPhysicalDevice physical = *context.physical();
    const auto* const vk = context.physical().getDispatcher();
    // Twice, as Vulkan's lists are: how many, then which.
    const auto ask = [&] {
        vk->vkGetPhysicalDeviceFormatProperties2(
            physical, static_cast<VkFormat>(format),
            reinterpret_cast<VkFormatProperties2*>(&properties));
    };
    ask();
    std::vector<vk::DrmFormatModifierPropertiesEXT> modifiers(list.drmFormatModifierCount);
    list.pDrmFormatModifierProperties = modifiers.data();
    ask();
    const auto linear = std::ranges::find_if(modifiers, [](const auto& entry) {
        return entry.drmFormatModifier == DRM_FORMAT_MOD_LINEAR &&
               entry.drmFormatModifierPlaneCount == 1;
    });
    if (linear == modifiers.end()) {
        return std::nullopt;
    }
    return linear->drmFormatModifierTilingFeatures;
}

/// Fills in what the driver says of importing dma-bufs as images of this kind.
void ask_support(const Context& context, vk::Format format, vk::ImageTiling tiling,
                 ImageAnswer& answer) {
    const vk::PhysicalDeviceImageDrmFormatModifierInfoEXT modifier{
        .drmFormatModifier = DRM_FORMAT_MOD_LINEAR, .sharingMode = vk::SharingMode::eExclusive};
    const vk::PhysicalDeviceExternalImageFormatInfo external{
        .pNext = tiling == vk::ImageTiling::eDrmFormatModifierEXT ? &modifier : nullptr,
        .handleType = dma_buf};
    const vk::PhysicalDeviceImageFormatInfo2 info{.pNext = &external,
                                                  .format = format,
                                                  .type = vk::ImageType::e2D,
                                                  .tiling = tiling,
                                                  .usage = usage_for(answer.features)};
    vk::ExternalImageFormatProperties external_properties;
    vk::ImageFormatProperties2 properties{.pNext = &external_properties};
    // The C function, since "not supported" is an answer here and no exception.
    answer.supported = static_cast<vk::Result>(
        context.physical().getDispatcher()->vkGetPhysicalDeviceImageFormatProperties2(
            *context.physical(), reinterpret_cast<const VkPhysicalDeviceImageFormatInfo2*>(&info),
            reinterpret_cast<VkImageFormatProperties2*>(&properties)));
    if (answer.supported == vk::Result::eSuccess) {
        const vk::Extent3D largest = properties.imageFormatProperties.maxExtent;
        answer.largest = vk::Extent2D{largest.width, largest.height};
        answer.external = external_properties.externalMemoryProperties.externalMemoryFeatures;
    }
}

/// Creates the image on trial and notes what the driver wants of its memory.
void try_image(const Context& context, const ImageSpec& spec, ImageAnswer& answer) {
    try {
        const vk::raii::Image image = create_image(context, spec);
        answer.created = vk::Result::eSuccess;
        answer.memory = memory_needs(context, *image);
        const auto aspect = spec.tiling == vk::ImageTiling::eDrmFormatModifierEXT
                                ? vk::ImageAspectFlagBits::eMemoryPlane0EXT
                                : vk::ImageAspectFlagBits::eColor;
        const vk::SubresourceLayout layout = image.getSubresourceLayout({.aspectMask = aspect});
        answer.offset = layout.offset;
        answer.stride = layout.rowPitch;
    } catch (const vk::SystemError& error) {
        answer.created = static_cast<vk::Result>(error.code().value());
    }
}

bool may_try(const ImageAnswer& answer, const ImageRequest& request) {
    // Creating an image beyond these limits is not refused but undefined.
    return answer.supported == vk::Result::eSuccess &&
           (answer.external & vk::ExternalMemoryFeatureFlagBits::eImportable) &&
           request.extent.width <= answer.largest.width &&
           request.extent.height <= answer.largest.height;
}

ImageAnswer ask_modifier(const Context& context, const ImageRequest& request, vk::Format format) {
    ImageAnswer answer;
    const auto features = linear_modifier_features(context, format);
    answer.offered = features.has_value();
    answer.features = features.value_or(vk::FormatFeatureFlags{});
    if (!answer.offered || !(answer.features & vk::FormatFeatureFlagBits::eSampledImage)) {
        return answer;
    }
    ask_support(context, format, vk::ImageTiling::eDrmFormatModifierEXT, answer);
    if (!may_try(answer, request)) {
        return answer;
    }
    ImageSpec spec{.format = format,
                   .extent = request.extent,
                   .tiling = vk::ImageTiling::eDrmFormatModifierEXT,
                   .usage = usage_for(answer.features),
                   .offset = request.fixed ? request.fixed->offset : 0,
                   .stride = request.fixed
                                 ? request.fixed->stride
                                 : portable_stride(request.extent.width, request.format->bytes)};
    try_image(context, spec, answer);
    if (answer.created != vk::Result::eSuccess && !request.fixed) {
        spec.stride = 0; // the driver refused ours: let it choose
        try_image(context, spec, answer);
    }
    return answer;
}

ImageAnswer ask_linear(const Context& context, const ImageRequest& request, vk::Format format) {
    ImageAnswer answer;
    answer.offered = true;
    answer.features = context.physical().getFormatProperties(format).linearTilingFeatures;
    if (!(answer.features & vk::FormatFeatureFlagBits::eSampledImage)) {
        return answer;
    }
    ask_support(context, format, vk::ImageTiling::eLinear, answer);
    if (may_try(answer, request)) {
        try_image(context,
                  {.format = format,
                   .extent = request.extent,
                   .tiling = vk::ImageTiling::eLinear,
                   .usage = usage_for(answer.features)},
                  answer);
    }
    return answer;
}

BufferAnswer ask_buffer(const Context& context, const ImageRequest& request) {
    const auto properties = context.physical().getExternalBufferProperties(
        {.usage = imported_buffer_usage, .handleType = dma_buf});
    BufferAnswer answer{.external = properties.externalMemoryProperties.externalMemoryFeatures};
    if (!(answer.external & vk::ExternalMemoryFeatureFlagBits::eImportable)) {
        return answer;
    }
    try {
        const ImageLayout layout{.extent = request.extent,
                                 .format = request.format,
                                 .stride =
                                     portable_stride(request.extent.width, request.format->bytes)};
        const vk::raii::Buffer buffer =
            create_buffer(context, request.fixed.value_or(layout).size());
        answer.created = vk::Result::eSuccess;
        answer.memory = memory_needs(context, *buffer);
    } catch (const vk::SystemError& error) {
        answer.created = static_cast<vk::Result>(error.code().value());
    }
    return answer;
}

} // namespace

vk::ImageUsageFlags usage_for(vk::FormatFeatureFlags features) {
    using Feature = vk::FormatFeatureFlagBits;
    vk::ImageUsageFlags usage = vk::ImageUsageFlagBits::eSampled;
    if (features & Feature::eTransferSrc) {
        usage |= vk::ImageUsageFlagBits::eTransferSrc;
    }
    if (features & Feature::eTransferDst) {
        usage |= vk::ImageUsageFlagBits::eTransferDst;
    }
    return usage;
}

DriverAnswers ask_driver(const Context& context, const ImageRequest& request) {
    const vk::Format format = vulkan_format(*request.format).format;
    return {.modifier = ask_modifier(context, request, format),
            .linear = ask_linear(context, request, format),
            .buffer = ask_buffer(context, request),
            .optimal = context.physical().getFormatProperties(format).optimalTilingFeatures};
}

} // namespace parallax
