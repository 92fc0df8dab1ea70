// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import/plan.hpp"

#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/import/objects.hpp"
#include "parallax/vulkan/import/queries.hpp"

#include <drm_fourcc.h>

#include <optional>

namespace parallax {
namespace {

using detail::dma_buf_handle;
using detail::ImageSpec;
using detail::LoadedDevice;

VkFormatProperties format_properties(const LoadedDevice& device, VkFormat format) {
    VkFormatProperties properties;
    device.GetPhysicalDeviceFormatProperties(device.physical, format, &properties);
    return properties;
}

/// Features of the format under the modifier LINEAR, if the driver lists it with one plane.
std::optional<VkFormatFeatureFlags> linear_modifier_features(const LoadedDevice& device,
                                                             VkFormat format) {
    for (const VkDrmFormatModifierPropertiesEXT& entry : detail::listed_modifiers(device, format)) {
        if (entry.drmFormatModifier == DRM_FORMAT_MOD_LINEAR &&
            entry.drmFormatModifierPlaneCount == 1) {
            return entry.drmFormatModifierTilingFeatures;
        }
    }
    return std::nullopt;
}

/// Fills in the driver's answers on importing dma-bufs as images of this kind.
void ask_support(const LoadedDevice& device, VkFormat format, VkImageTiling tiling,
                 ImageAnswer& answer) {
    const detail::ImageSupport support = detail::image_support(
        device, {.format = format, .tiling = tiling, .usage = detail::usage_for(answer.features)});
    answer.supported = support.result;
    answer.largest = support.largest;
    answer.external = support.external;
}

/// Creates the image on trial and records its memory requirements.
void try_image(const LoadedDevice& device, const ImageSpec& spec, ImageAnswer& answer) {
    try {
        const detail::Owned<VkImage> image = detail::create_image(device, spec);
        answer.created = VK_SUCCESS;
        answer.memory = detail::memory_needs(device, image.get());
        const VkSubresourceLayout layout = detail::first_plane(device, image.get(), spec.tiling);
        answer.offset = layout.offset;
        answer.stride = layout.rowPitch;
    } catch (const VulkanError& error) {
        answer.created = error.result();
    }
}

bool may_try(const ImageAnswer& answer, const ImageRequest& request) {
    // Creating an image beyond these limits is not refused but undefined.
    return answer.supported == VK_SUCCESS &&
           (answer.external & VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT) != 0 &&
           request.extent.width <= answer.largest.width &&
           request.extent.height <= answer.largest.height;
}

ImageAnswer ask_modifier(const LoadedDevice& device, const ImageRequest& request, VkFormat format) {
    ImageAnswer answer;
    const auto features = linear_modifier_features(device, format);
    answer.offered = features.has_value();
    answer.features = features.value_or(0);
    if (!answer.offered || (answer.features & VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT) == 0) {
        return answer;
    }
    ask_support(device, format, VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT, answer);
    if (!may_try(answer, request)) {
        return answer;
    }
    ImageSpec spec{.format = format,
                   .extent = request.extent,
                   .tiling = VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT,
                   .usage = detail::usage_for(answer.features),
                   .offset = request.fixed ? request.fixed->planes[0].offset : 0,
                   .stride = request.fixed ? request.fixed->planes[0].stride
                                           : portable_stride(request.extent.width,
                                                             format_of(request.fourcc).bytes())};
    try_image(device, spec, answer);
    if (answer.created != VK_SUCCESS && !request.fixed) {
        spec.stride = 0; // the driver refused the stride: let it choose
        try_image(device, spec, answer);
    }
    return answer;
}

ImageAnswer ask_linear(const LoadedDevice& device, const ImageRequest& request, VkFormat format) {
    ImageAnswer answer;
    answer.offered = true;
    answer.features = format_properties(device, format).linearTilingFeatures;
    if ((answer.features & VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT) == 0) {
        return answer;
    }
    ask_support(device, format, VK_IMAGE_TILING_LINEAR, answer);
    if (may_try(answer, request)) {
        try_image(device,
                  {.format = format,
                   .extent = request.extent,
                   .tiling = VK_IMAGE_TILING_LINEAR,
                   .usage = detail::usage_for(answer.features)},
                  answer);
    }
    return answer;
}

BufferAnswer ask_buffer(const LoadedDevice& device, const ImageRequest& request) {
    const VkPhysicalDeviceExternalBufferInfo info{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO,
        .usage = detail::imported_buffer_usage,
        .handleType = dma_buf_handle};
    VkExternalBufferProperties properties{.sType = VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};
    device.GetPhysicalDeviceExternalBufferProperties(device.physical, &info, &properties);
    BufferAnswer answer{.external = properties.externalMemoryProperties.externalMemoryFeatures};
    if ((answer.external & VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT) == 0) {
        return answer;
    }
    try {
        const ImageLayout layout = portable_layout(request.extent, request.fourcc);
        const detail::Owned<VkBuffer> buffer =
            detail::create_buffer(device, request.fixed.value_or(layout).size());
        answer.created = VK_SUCCESS;
        answer.memory = detail::memory_needs(device, buffer.get());
    } catch (const VulkanError& error) {
        answer.created = error.result();
    }
    return answer;
}

} // namespace

DriverAnswers ask_driver(const Importer& importer, const ImageRequest& request) {
    const LoadedDevice& device = *importer.loaded();
    const VkFormat format = vulkan_format(request.fourcc).format;
    return {.modifier = ask_modifier(device, request, format),
            .linear = ask_linear(device, request, format),
            .buffer = ask_buffer(device, request),
            .optimal = format_properties(device, format).optimalTilingFeatures,
            .lacks_modifiers = !device.offers_modifiers,
            .disabled_modifiers = device.offers_modifiers && !device.has_modifiers,
            .lavapipe = device.lavapipe};
}

} // namespace parallax
