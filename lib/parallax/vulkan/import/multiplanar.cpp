// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import/multiplanar.hpp"

#include "parallax/text.hpp"
#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/import/barriers.hpp"
#include "parallax/vulkan/import/memory.hpp"
#include "parallax/vulkan/import/modifiers.hpp"
#include "parallax/vulkan/import/objects.hpp"
#include "parallax/vulkan/import/queries.hpp"
#include "parallax/vulkan/names.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace parallax {

using detail::dma_buf_handle;
using detail::LoadedDevice;
using detail::Owned;

struct ImportedMultiplanar::Parts {
    detail::SharedDevice device;
    std::string name;
    VkImageLayout now = VK_IMAGE_LAYOUT_UNDEFINED; // as recorded last
    // In order of creation, so that they end in the reverse order.
    std::vector<Owned<VkDeviceMemory>> memories;
    Owned<VkImage> image;
    Owned<VkSamplerYcbcrConversion> conversion;
    Owned<VkImageView> view;
};

namespace {

using PlaneAspects = std::array<VkImageAspectFlagBits, 3>;
constexpr PlaneAspects memory_planes{VK_IMAGE_ASPECT_MEMORY_PLANE_0_BIT_EXT,
                                     VK_IMAGE_ASPECT_MEMORY_PLANE_1_BIT_EXT,
                                     VK_IMAGE_ASPECT_MEMORY_PLANE_2_BIT_EXT};
constexpr PlaneAspects format_planes{VK_IMAGE_ASPECT_PLANE_0_BIT, VK_IMAGE_ASPECT_PLANE_1_BIT,
                                     VK_IMAGE_ASPECT_PLANE_2_BIT};

constexpr VkFormatFeatureFlags either_siting =
    VK_FORMAT_FEATURE_MIDPOINT_CHROMA_SAMPLES_BIT | VK_FORMAT_FEATURE_COSITED_CHROMA_SAMPLES_BIT;

/// A kind of images of a format with all its planes.
struct Way {
    VkFormat format = VK_FORMAT_UNDEFINED;
    VkImageTiling tiling = VK_IMAGE_TILING_LINEAR;
    VkFormatFeatureFlags features = 0;
    VkExtent2D largest{};
    bool disjoint = false;

    [[nodiscard]] bool by_modifier() const {
        return tiling == VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT;
    }
    [[nodiscard]] VkImageCreateFlags flags() const {
        return disjoint ? VK_IMAGE_CREATE_DISJOINT_BIT : 0;
    }
    [[nodiscard]] std::string_view name() const {
        return by_modifier() ? "modifier LINEAR" : "linear tiling";
    }
    /// The aspect of a plane; of all where there is one.
    [[nodiscard]] VkImageAspectFlagBits aspect(std::size_t plane, std::size_t count) const {
        return by_modifier() ? memory_planes.at(plane)
               : count > 1   ? format_planes.at(plane)
                             : VK_IMAGE_ASPECT_COLOR_BIT;
    }
};

VkFormatFeatureFlags features_of(const LoadedDevice& device, const Way& way, std::size_t planes) {
    if (!way.by_modifier()) {
        VkFormatProperties properties;
        device.GetPhysicalDeviceFormatProperties(device.physical, way.format, &properties);
        return properties.linearTilingFeatures;
    }
    for (const auto& entry : detail::listed_modifiers(device, way.format)) {
        if (entry.drmFormatModifier == DRM_FORMAT_MOD_LINEAR &&
            entry.drmFormatModifierPlaneCount == planes) {
            return entry.drmFormatModifierTilingFeatures;
        }
    }
    return 0;
}

/// Fills in what the driver says of such images.
/// @return why there are none; empty if there are.
std::string refusal_of(const LoadedDevice& device, const ImageLayout& layout, Way& way) {
    const std::string_view format = layout.format().name;
    way.features = features_of(device, way, layout.format().plane_count);
    const auto lacks = [&](VkFormatFeatureFlags any) { return (way.features & any) == 0; };
    if (lacks(VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT) || lacks(either_siting)) {
        return text::format("one image of {} with {} cannot be sampled (features {})", format,
                            way.name(), detail::format_feature_names(way.features));
    }
    if (way.disjoint && lacks(VK_FORMAT_FEATURE_DISJOINT_BIT)) {
        return text::format(
            "one image of {} with {} cannot have its planes in several dma-bufs: the "
            "driver has no DISJOINT (features {})",
            format, way.name(), detail::format_feature_names(way.features));
    }
    const detail::ImageSupport support =
        detail::image_support(device, {.format = way.format,
                                       .tiling = way.tiling,
                                       .usage = VK_IMAGE_USAGE_SAMPLED_BIT,
                                       .flags = way.flags()});
    if (support.result != VK_SUCCESS ||
        (support.external & VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT) == 0) {
        return text::format("the driver takes no dma-buf as one image of {} with {} ({}, external "
                            "memory features {})",
                            format, way.name(), detail::result_name(support.result),
                            detail::memory_feature_names(support.external));
    }
    if (layout.extent.width > support.largest.width ||
        layout.extent.height > support.largest.height) {
        return text::format("{}x{} is larger than the {}x{} that the device takes",
                            layout.extent.width, layout.extent.height, support.largest.width,
                            support.largest.height);
    }
    return {};
}

/// The best way, or the reasons why there is none.
std::expected<Way, Reasons> find_way(const LoadedDevice& device, const ImageLayout& layout) {
    if (std::string tiles = modifier_refusal(layout); !tiles.empty()) {
        return std::unexpected(Reasons{std::move(tiles)});
    }
    const VkFormat format = multiplanar_format(layout.fourcc);
    if (format == VK_FORMAT_UNDEFINED) {
        return std::unexpected(Reasons{
            text::format("Vulkan has no image with all planes of {}", layout.format().name)});
    }
    if (!device.ycbcr_conversion) {
        return std::unexpected(
            Reasons{"the feature samplerYcbcrConversion is not enabled on the device"});
    }
    if (device.lavapipe && !layout.in_one_buffer()) { // as of Mesa 26.1
        return std::unexpected(Reasons{text::format(
            "lavapipe reads one image of {} wrongly whose planes lie in several dma-bufs",
            layout.format().name)});
    }
    Reasons reasons;
    for (const VkImageTiling tiling :
         {VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT, VK_IMAGE_TILING_LINEAR}) {
        Way way{.format = format, .tiling = tiling, .disjoint = !layout.in_one_buffer()};
        if (way.by_modifier() && !device.has_modifiers) {
            reasons.emplace_back("VK_EXT_image_drm_format_modifier is not enabled on the device");
            continue;
        }
        std::string reason = refusal_of(device, layout, way);
        if (reason.empty()) {
            return way;
        }
        reasons.push_back(std::move(reason));
    }
    return std::unexpected(std::move(reasons));
}

Owned<VkImage> create_image(const LoadedDevice& device, const ImageLayout& layout, const Way& way) {
    std::array<VkSubresourceLayout, 3> planes{};
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        planes.at(i) = {.offset = layout.planes.at(i).offset,
                        .rowPitch = layout.planes.at(i).stride};
    }
    const VkImageDrmFormatModifierExplicitCreateInfoEXT our_layout{
        .sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT,
        .drmFormatModifier = DRM_FORMAT_MOD_LINEAR,
        .drmFormatModifierPlaneCount = layout.format().plane_count,
        .pPlaneLayouts = planes.data()};
    const VkExternalMemoryImageCreateInfo external{
        .sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO,
        .pNext = way.by_modifier() ? &our_layout : nullptr,
        .handleTypes = dma_buf_handle};
    const VkImageCreateInfo info{.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
                                 .pNext = &external,
                                 .flags = way.flags(),
                                 .imageType = VK_IMAGE_TYPE_2D,
                                 .format = way.format,
                                 .extent = {layout.extent.width, layout.extent.height, 1},
                                 .mipLevels = 1,
                                 .arrayLayers = 1,
                                 .samples = VK_SAMPLE_COUNT_1_BIT,
                                 .tiling = way.tiling,
                                 .usage = VK_IMAGE_USAGE_SAMPLED_BIT,
                                 .sharingMode = VK_SHARING_MODE_EXCLUSIVE,
                                 .initialLayout = VK_IMAGE_LAYOUT_UNDEFINED};
    VkImage image = VK_NULL_HANDLE;
    detail::check(device.CreateImage(device.device, &info, nullptr, &image), "vkCreateImage");
    return {device.device, image, device.DestroyImage};
}

/// Where the driver has the planes.
ImageLayout layout_of(const LoadedDevice& device, VkImage image, const Way& way,
                      ImageLayout layout) {
    const std::size_t count = layout.format().plane_count;
    for (std::size_t i = 0; i < count; ++i) {
        const VkImageSubresource plane{.aspectMask =
                                           static_cast<VkImageAspectFlags>(way.aspect(i, count))};
        VkSubresourceLayout place{};
        device.GetImageSubresourceLayout(device.device, image, &plane, &place);
        layout.planes.at(i).offset = place.offset;
        layout.planes.at(i).stride = place.rowPitch;
    }
    return layout;
}

/// "plane 1: the memory has ..., the driver wants ..."; empty if they are the same.
std::string difference_of(const ImageLayout& memory, const ImageLayout& driver) {
    for (std::size_t i = 0; i < memory.format().plane_count; ++i) {
        const PlaneLayout& has = memory.planes.at(i);
        const PlaneLayout& wants = driver.planes.at(i);
        if (has != wants) {
            return text::format(
                "plane {}: the memory has stride {} and offset {}, the driver wants "
                "stride {} and offset {}",
                i, has.stride, has.offset, wants.stride, wants.offset);
        }
    }
    return {};
}

/// The memory requirements of the image, or of one plane of a disjoint one.
MemoryNeeds needs_of(const LoadedDevice& device, VkImage image, const Way& way, std::size_t plane) {
    if (!way.disjoint) {
        return detail::memory_needs(device, image);
    }
    const VkImagePlaneMemoryRequirementsInfo of_plane{
        .sType = VK_STRUCTURE_TYPE_IMAGE_PLANE_MEMORY_REQUIREMENTS_INFO,
        .planeAspect = way.aspect(plane, 2)};
    const VkImageMemoryRequirementsInfo2 info{
        .sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_REQUIREMENTS_INFO_2,
        .pNext = &of_plane,
        .image = image};
    VkMemoryRequirements2 wants{.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2};
    device.GetImageMemoryRequirements2(device.device, &info, &wants);
    return {.size = wants.memoryRequirements.size,
            .alignment = wants.memoryRequirements.alignment,
            .type_bits = wants.memoryRequirements.memoryTypeBits};
}

/// Imports what the image lies in, and binds it: all at once, or plane by plane if it is disjoint.
std::expected<std::vector<Owned<VkDeviceMemory>>, std::string>
bind_memory(const LoadedDevice& device, VkImage image, const Way& way, const ImageLayout& layout,
            std::span<const DmaBuf> buffers) {
    std::vector<Owned<VkDeviceMemory>> memories;
    for (std::size_t i = 0; i < (way.disjoint ? layout.format().plane_count : 1); ++i) {
        auto memory = detail::import_memory(
            device, buffers[layout.planes.at(i).buffer], needs_of(device, image, way, i),
            {.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, .image = image});
        if (!memory) {
            return std::unexpected(memory.error());
        }
        memories.push_back(*std::move(memory));
    }
    std::array<VkBindImagePlaneMemoryInfo, 3> planes{};
    std::vector<VkBindImageMemoryInfo> binds;
    for (std::size_t i = 0; i < memories.size(); ++i) {
        planes.at(i) = {.sType = VK_STRUCTURE_TYPE_BIND_IMAGE_PLANE_MEMORY_INFO,
                        .planeAspect = way.aspect(i, 2)};
        binds.push_back({.sType = VK_STRUCTURE_TYPE_BIND_IMAGE_MEMORY_INFO,
                         .pNext = way.disjoint ? &planes.at(i) : nullptr,
                         .image = image,
                         .memory = memories[i].get()});
    }
    detail::check(device.BindImageMemory2(device.device, static_cast<std::uint32_t>(binds.size()),
                                          binds.data()),
                  "vkBindImageMemory2");
    return memories;
}

VkSamplerYcbcrModelConversion model_of(YcbcrEncoding encoding) {
    switch (encoding) {
    case YcbcrEncoding::bt601:
        return VK_SAMPLER_YCBCR_MODEL_CONVERSION_YCBCR_601;
    case YcbcrEncoding::bt709:
        return VK_SAMPLER_YCBCR_MODEL_CONVERSION_YCBCR_709;
    case YcbcrEncoding::bt2020:
        return VK_SAMPLER_YCBCR_MODEL_CONVERSION_YCBCR_2020;
    }
    std::unreachable();
}

Owned<VkSamplerYcbcrConversion> create_conversion(const LoadedDevice& device,
                                                  const ImageLayout& layout, const Way& way) {
    // Without interpolation the siting makes no difference, so that of the driver will do.
    const auto location = [&](bool cosited) {
        const bool can = (way.features & VK_FORMAT_FEATURE_COSITED_CHROMA_SAMPLES_BIT) != 0;
        const bool must = (way.features & VK_FORMAT_FEATURE_MIDPOINT_CHROMA_SAMPLES_BIT) == 0;
        return must || (cosited && can) ? VK_CHROMA_LOCATION_COSITED_EVEN
                                        : VK_CHROMA_LOCATION_MIDPOINT;
    };
    VkComponentMapping components{};
    if (red_is_blue(layout.fourcc)) {
        components = {.r = VK_COMPONENT_SWIZZLE_B, .b = VK_COMPONENT_SWIZZLE_R};
    }
    const VkSamplerYcbcrConversionCreateInfo info{
        .sType = VK_STRUCTURE_TYPE_SAMPLER_YCBCR_CONVERSION_CREATE_INFO,
        .format = way.format,
        .ycbcrModel = model_of(layout.encoding),
        .ycbcrRange = layout.range == YcbcrRange::full ? VK_SAMPLER_YCBCR_RANGE_ITU_FULL
                                                       : VK_SAMPLER_YCBCR_RANGE_ITU_NARROW,
        .components = components,
        .xChromaOffset = location(layout.siting != ChromaSiting::center),
        .yChromaOffset = location(layout.siting == ChromaSiting::top_left),
        .chromaFilter = VK_FILTER_NEAREST};
    VkSamplerYcbcrConversion conversion = VK_NULL_HANDLE;
    detail::check(device.CreateSamplerYcbcrConversion(device.device, &info, nullptr, &conversion),
                  "vkCreateSamplerYcbcrConversion");
    return {device.device, conversion, device.DestroySamplerYcbcrConversion};
}

Owned<VkImageView> create_view(const LoadedDevice& device, VkImage image, VkFormat format,
                               VkSamplerYcbcrConversion conversion) {
    const VkSamplerYcbcrConversionInfo converted{
        .sType = VK_STRUCTURE_TYPE_SAMPLER_YCBCR_CONVERSION_INFO, .conversion = conversion};
    const VkImageViewCreateInfo info{.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO,
                                     .pNext = &converted,
                                     .image = image,
                                     .viewType = VK_IMAGE_VIEW_TYPE_2D,
                                     .format = format,
                                     .subresourceRange = detail::whole_colour};
    VkImageView view = VK_NULL_HANDLE;
    detail::check(device.CreateImageView(device.device, &info, nullptr, &view),
                  "vkCreateImageView");
    return {device.device, view, device.DestroyImageView};
}

/// Runs @p work; a refusal by the driver becomes a reason.
template <class Work>
auto refusable(Work work) -> decltype(work()) try {
    return work();
} catch (const VulkanError& error) {
    if (!detail::is_refusal(error.result())) {
        throw;
    }
    return std::unexpected(Reasons{text::format("the driver refused ({})", error.what())});
}

} // namespace

std::expected<std::unique_ptr<ImportedMultiplanar>, Reasons>
ImportedMultiplanar::create(const Importer& importer, std::span<const DmaBuf> buffers,
                            const ImageLayout& layout) {
    using Created = std::expected<std::unique_ptr<ImportedMultiplanar>, Reasons>;
    if (std::string fault = fault_of(layout, sizes_of(buffers)); !fault.empty()) {
        return std::unexpected(Reasons{std::move(fault)});
    }
    const LoadedDevice& device = *importer.loaded();
    const auto way = find_way(device, layout);
    if (!way) {
        return std::unexpected(way.error());
    }
    return refusable([&]() -> Created {
        auto parts = std::make_unique<Parts>();
        parts->device = importer.loaded();
        parts->name = text::format("one image of {} plane{}, {}{}", layout.format().plane_count,
                                   layout.format().plane_count == 1 ? "" : "s", way->name(),
                                   way->disjoint ? ", DISJOINT" : "");
        parts->image = create_image(device, layout, *way);
        std::string other =
            difference_of(layout, layout_of(device, parts->image.get(), *way, layout));
        if (!other.empty()) {
            return std::unexpected(Reasons{std::move(other)});
        }
        auto memories = bind_memory(device, parts->image.get(), *way, layout, buffers);
        if (!memories) {
            return std::unexpected(Reasons{memories.error()});
        }
        parts->memories = *std::move(memories);
        parts->conversion = create_conversion(device, layout, *way);
        parts->view = create_view(device, parts->image.get(), way->format, parts->conversion.get());
        return std::unique_ptr<ImportedMultiplanar>(new ImportedMultiplanar(std::move(parts)));
    });
}

ImportedMultiplanar::ImportedMultiplanar(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ImportedMultiplanar::~ImportedMultiplanar() = default;

const std::string& ImportedMultiplanar::name() const noexcept {
    return parts_->name;
}
VkImageView ImportedMultiplanar::view() const noexcept {
    return parts_->view.get();
}
VkSamplerYcbcrConversion ImportedMultiplanar::conversion() const noexcept {
    return parts_->conversion.get();
}

void ImportedMultiplanar::acquire(VkCommandBuffer commands) {
    const LoadedDevice& device = *parts_->device;
    // As for an image of one plane: UNDEFINED at first, and the samples are kept.
    const VkImageMemoryBarrier to_us{.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
                                     .dstAccessMask = detail::any_access,
                                     .oldLayout =
                                         std::exchange(parts_->now, VK_IMAGE_LAYOUT_GENERAL),
                                     .newLayout = VK_IMAGE_LAYOUT_GENERAL,
                                     .srcQueueFamilyIndex = device.foreign_family,
                                     .dstQueueFamilyIndex = device.queue_family,
                                     .image = parts_->image.get(),
                                     .subresourceRange = detail::whole_colour};
    device.CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                              VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 0, nullptr, 0, nullptr, 1,
                              &to_us);
}

void ImportedMultiplanar::release(VkCommandBuffer commands) {
    const LoadedDevice& device = *parts_->device;
    const VkImageMemoryBarrier to_others{.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
                                         .srcAccessMask = detail::any_access,
                                         .oldLayout = VK_IMAGE_LAYOUT_GENERAL,
                                         .newLayout = VK_IMAGE_LAYOUT_GENERAL,
                                         .srcQueueFamilyIndex = device.queue_family,
                                         .dstQueueFamilyIndex = device.foreign_family,
                                         .image = parts_->image.get(),
                                         .subresourceRange = detail::whole_colour};
    device.CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, detail::nothing_after,
                              0, 0, nullptr, 0, nullptr, 1, &to_others);
}

std::expected<ImageLayout, Reasons> multiplanar_layout(const Importer& importer,
                                                       const ImageLayout& wanted) {
    const LoadedDevice& device = *importer.loaded();
    const auto way = find_way(device, wanted);
    if (!way) {
        return std::unexpected(way.error());
    }
    return refusable([&]() -> std::expected<ImageLayout, Reasons> {
        const Owned<VkImage> image = create_image(device, wanted, *way);
        ImageLayout layout = layout_of(device, image.get(), *way, wanted);
        // lavapipe counts a plane's offset from the start of the plane.
        constexpr std::array<std::uint64_t, 4> any_size{UINT64_MAX, UINT64_MAX, UINT64_MAX,
                                                        UINT64_MAX};
        if (const std::string fault = fault_of(layout, any_size); !fault.empty()) {
            return std::unexpected(Reasons{
                text::format("the driver states a layout of one image of {} that cannot be: {}",
                             wanted.format().name, fault)});
        }
        return layout;
    });
}

} // namespace parallax
