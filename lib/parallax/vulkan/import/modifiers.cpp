// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import/modifiers.hpp"

#include "parallax/text.hpp"
#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/import/objects.hpp"
#include "parallax/vulkan/import/queries.hpp"

#include <drm_fourcc.h>
#include <xf86drm.h>

#include <cstdlib>
#include <memory>
#include <string_view>

namespace parallax {
namespace {

using detail::LoadedDevice;

/// The largest alignment that is tried, bytes.
constexpr std::uint64_t largest_alignment = 4096;

/// The VkFormat of one image with all planes; VK_FORMAT_UNDEFINED if there is none.
VkFormat whole_format(std::uint32_t fourcc) {
    return has_vulkan_format(fourcc) ? vulkan_format(fourcc).format : multiplanar_format(fourcc);
}

/// True if the driver creates such an image, and with that layout: some round the stride, and some
/// take an offset and ignore it.
bool is_accepted(const LoadedDevice& device, const detail::ImageSpec& spec) {
    try {
        const detail::Owned<VkImage> image = detail::create_image(device, spec);
        const VkSubresourceLayout layout = detail::first_plane(device, image.get(), spec.tiling);
        return layout.rowPitch == spec.stride && layout.offset == spec.offset;
    } catch (const VulkanError& error) {
        if (!detail::is_refusal(error.result())) {
            throw;
        }
        return false;
    }
}

/// The smallest power of two, of those from @p smallest to the largest, down to which all are
/// accepted; 0 if none is.
template <class Accepts>
std::uint64_t smallest_accepted(std::uint64_t smallest, Accepts accepts) {
    std::uint64_t accepted = 0;
    for (std::uint64_t alignment = largest_alignment; alignment >= smallest; alignment /= 2) {
        if (!accepts(alignment)) {
            break;
        }
        accepted = alignment;
    }
    return accepted;
}

} // namespace

std::vector<ModifierAnswer> ask_modifiers(const Importer& importer, std::uint32_t fourcc) {
    const LoadedDevice& device = *importer.loaded();
    const VkFormat format = whole_format(fourcc);
    std::vector<ModifierAnswer> answers;
    if (format == VK_FORMAT_UNDEFINED) {
        return answers;
    }
    for (const VkDrmFormatModifierPropertiesEXT& entry : detail::listed_modifiers(device, format)) {
        ModifierAnswer answer{.modifier = entry.drmFormatModifier,
                              .planes = entry.drmFormatModifierPlaneCount,
                              .features = entry.drmFormatModifierTilingFeatures};
        if ((answer.features & VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT) != 0) {
            const detail::ImageSupport support =
                detail::image_support(device, {.format = format,
                                               .tiling = VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT,
                                               .usage = detail::usage_for(answer.features),
                                               .modifier = answer.modifier});
            answer.largest = {support.largest.width, support.largest.height};
            answer.external = support.external;
        }
        answers.push_back(answer);
    }
    return answers;
}

std::string modifier_refusal(const ImageLayout& layout) {
    return layout.modifier == DRM_FORMAT_MOD_LINEAR
               ? ""
               : text::format(
                     "the pixels are laid out by the modifier {}, and only LINEAR is imported",
                     modifier_name(layout.modifier));
}

std::string modifier_name(std::uint64_t modifier) {
    struct Free {
        void operator()(char* text) const { std::free(text); }
    };
    const std::unique_ptr<char, Free> vendor(drmGetFormatModifierVendor(modifier));
    const std::unique_ptr<char, Free> name(drmGetFormatModifierName(modifier));
    if (!name) {
        return text::format("{:#018x}", modifier);
    }
    std::string text =
        vendor && modifier != DRM_FORMAT_MOD_LINEAR ? text::format("{} ", vendor.get()) : "";
    for (const char letter : std::string_view(name.get())) {
        text += letter;
        text += letter == ',' ? " " : ""; // where a line can be broken
    }
    return text;
}

LinearAlignment find_linear_alignment(const Importer& importer, const ImageRequest& request) {
    const LoadedDevice& device = *importer.loaded();
    const Format& format = format_of(request.fourcc);
    detail::ImageSpec spec{.format = vulkan_format(request.fourcc).format,
                           .extent = request.extent,
                           .tiling = VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT,
                           .usage = VK_IMAGE_USAGE_SAMPLED_BIT};
    const std::uint64_t row = std::uint64_t{request.extent.width} * format.bytes();
    const std::uint64_t aligned =
        (row + largest_alignment - 1) / largest_alignment * largest_alignment;
    LinearAlignment found;
    found.stride = smallest_accepted(format.bytes(), [&](std::uint64_t alignment) {
        spec.stride = aligned + alignment; // a multiple of this one and of no larger one
        return is_accepted(device, spec);
    });
    spec.stride = request.fixed ? request.fixed->planes[0].stride
                                : portable_stride(request.extent.width, format.bytes());
    found.offset = smallest_accepted(format.bytes(), [&](std::uint64_t alignment) {
        spec.offset = alignment;
        return is_accepted(device, spec);
    });
    return found;
}

} // namespace parallax
