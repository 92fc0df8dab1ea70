// SPDX-License-Identifier: MIT
#include "parallax/vulkan/formats.hpp"

#include "parallax/image/format_table.hpp"
#include "parallax/text.hpp"

#include <stdexcept>

namespace parallax {

VulkanFormat vulkan_format(std::uint32_t fourcc) {
    const Format& format = format_of(fourcc);
    const detail::FormatRow& row = *detail::find_format_row(fourcc);
    const auto vulkan = static_cast<VkFormat>(row.vulkan);
    if (vulkan == VK_FORMAT_UNDEFINED) {
        throw std::invalid_argument(text::format("{} has no counterpart in Vulkan", format.name));
    }
    const auto alpha = format.has_alpha ? VK_COMPONENT_SWIZZLE_IDENTITY : VK_COMPONENT_SWIZZLE_ONE;
    if (row.red_is_blue) {
        return {
            .format = vulkan,
            .components = {.r = VK_COMPONENT_SWIZZLE_B, .b = VK_COMPONENT_SWIZZLE_R, .a = alpha}};
    }
    return {.format = vulkan, .components = {.a = alpha}};
}

VkFormat multiplanar_format(std::uint32_t fourcc) noexcept {
    const detail::FormatRow* const row = detail::find_format_row(fourcc);
    return row == nullptr ? VK_FORMAT_UNDEFINED : static_cast<VkFormat>(row->multiplanar);
}

bool red_is_blue(std::uint32_t fourcc) noexcept {
    const detail::FormatRow* const row = detail::find_format_row(fourcc);
    return row != nullptr && row->red_is_blue;
}

bool has_vulkan_format(std::uint32_t fourcc) noexcept {
    const detail::FormatRow* const row = detail::find_format_row(fourcc);
    return row != nullptr && row->vulkan != 0; // VK_FORMAT_UNDEFINED
}

} // namespace parallax
