// SPDX-License-Identifier: MIT
#include "parallax/vulkan/names.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <array>
#include <span>
#include <string_view>

namespace parallax::detail {
namespace {

struct Bit {
    VkFlags bit;
    std::string_view name;
};

/// "SAMPLED_IMAGE | TRANSFER_SRC | 0x100000", or "none".
std::string flag_names(VkFlags flags, std::span<const Bit> bits) {
    std::string names;
    for (const Bit& bit : bits) {
        if ((flags & bit.bit) != 0) {
            append(names, bit.name, " | ");
            flags &= ~bit.bit;
        }
    }
    if (flags != 0) {
        append(names, text::format("0x{:x}", flags), " | ");
    }
    return names.empty() ? "none" : names;
}

} // namespace

std::string result_name(VkResult result) {
    switch (result) {
#define PARALLAX_NAME(name)                                                                        \
    case name:                                                                                     \
        return #name;
        PARALLAX_NAME(VK_SUCCESS)
        PARALLAX_NAME(VK_NOT_READY)
        PARALLAX_NAME(VK_TIMEOUT)
        PARALLAX_NAME(VK_INCOMPLETE)
        PARALLAX_NAME(VK_ERROR_OUT_OF_HOST_MEMORY)
        PARALLAX_NAME(VK_ERROR_OUT_OF_DEVICE_MEMORY)
        PARALLAX_NAME(VK_ERROR_INITIALIZATION_FAILED)
        PARALLAX_NAME(VK_ERROR_DEVICE_LOST)
        PARALLAX_NAME(VK_ERROR_MEMORY_MAP_FAILED)
        PARALLAX_NAME(VK_ERROR_EXTENSION_NOT_PRESENT)
        PARALLAX_NAME(VK_ERROR_FEATURE_NOT_PRESENT)
        PARALLAX_NAME(VK_ERROR_TOO_MANY_OBJECTS)
        PARALLAX_NAME(VK_ERROR_FORMAT_NOT_SUPPORTED)
        PARALLAX_NAME(VK_ERROR_UNKNOWN)
        PARALLAX_NAME(VK_ERROR_INVALID_EXTERNAL_HANDLE)
        PARALLAX_NAME(VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT)
        PARALLAX_NAME(VK_ERROR_VALIDATION_FAILED_EXT)
#undef PARALLAX_NAME
    default:
        return text::format("VkResult {}", static_cast<int>(result));
    }
}

std::string format_feature_names(VkFormatFeatureFlags features) {
    static constexpr std::array bits{
        Bit{VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT, "SAMPLED_IMAGE"},
        Bit{VK_FORMAT_FEATURE_STORAGE_IMAGE_BIT, "STORAGE_IMAGE"},
        Bit{VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BIT, "COLOR_ATTACHMENT"},
        Bit{VK_FORMAT_FEATURE_BLIT_SRC_BIT, "BLIT_SRC"},
        Bit{VK_FORMAT_FEATURE_BLIT_DST_BIT, "BLIT_DST"},
        Bit{VK_FORMAT_FEATURE_TRANSFER_SRC_BIT, "TRANSFER_SRC"},
        Bit{VK_FORMAT_FEATURE_TRANSFER_DST_BIT, "TRANSFER_DST"}};
    return flag_names(features, bits);
}

std::string memory_feature_names(VkExternalMemoryFeatureFlags features) {
    static constexpr std::array bits{
        Bit{VK_EXTERNAL_MEMORY_FEATURE_DEDICATED_ONLY_BIT, "DEDICATED_ONLY"},
        Bit{VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT, "EXPORTABLE"},
        Bit{VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT, "IMPORTABLE"}};
    return flag_names(features, bits);
}

} // namespace parallax::detail
