// SPDX-License-Identifier: MIT
#pragma once

// This header and those beside it include only vulkan_core.h of Vulkan, and set no macro, so they
// can be combined with vulkan.h, Vulkan-Hpp and loaders such as volk in any configuration.
#include "parallax/error.hpp"

#include <vulkan/vulkan_core.h>

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

namespace parallax {

/// A Vulkan device of the caller's. Borrows every handle: the caller creates them, destroys them,
/// and keeps them until everything that was made with the device has ended.
///
/// Instance and device must be of Vulkan 1.1 or later. No feature has to be enabled; with
/// samplerYcbcrConversion, pictures of luma and chroma can be imported as one image.
struct VulkanDevice {
    VkInstance instance = VK_NULL_HANDLE;       ///< that has the physical device
    VkPhysicalDevice physical = VK_NULL_HANDLE; ///< that the device was made of
    VkDevice device = VK_NULL_HANDLE;           ///< the logical device
    /// Of the queue that gets the command buffers with acquire and release.
    std::uint32_t queue_family = 0;
    /// Every other function is loaded through it.
    PFN_vkGetInstanceProcAddr get_instance_proc_addr = nullptr;
    /// As they were given to vkCreateDevice in ppEnabledExtensionNames.
    std::span<const char* const> extensions = {};
    bool ycbcr_conversion = false; ///< the feature samplerYcbcrConversion is enabled
};

/// Without these enabled no dma-buf can be imported.
inline constexpr std::array<const char*, 2> required_device_extensions{
    VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME, VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME};

/// Used if enabled, in this order for: images with a stated layout, ownership transfers to devices
/// outside of Vulkan, and Semaphore. The first needs VK_KHR_image_format_list, too, on a device of
/// Vulkan 1.1; later versions include it.
inline constexpr std::array<const char*, 3> optional_device_extensions{
    VK_EXT_IMAGE_DRM_FORMAT_MODIFIER_EXTENSION_NAME, VK_EXT_QUEUE_FAMILY_FOREIGN_EXTENSION_NAME,
    VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME};

/// The extensions to enable when a device is created from @p physical: all required ones, and the
/// optional ones that the driver has.
/// @return the names, which are constants; or a reason for each required one that is missing. Not
///         among them: VK_KHR_image_format_list, see above.
/// @throws VulkanError when the driver cannot list its extensions.
[[nodiscard]] std::expected<std::vector<const char*>, Reasons>
device_extensions(PFN_vkGetInstanceProcAddr get_instance_proc_addr, VkInstance instance,
                  VkPhysicalDevice physical);

/// VkResult as error codes, with their names: "VK_ERROR_DEVICE_LOST".
[[nodiscard]] const std::error_category& vulkan_category() noexcept;

/// The failure of a Vulkan function; code().value() is the VkResult.
class VulkanError : public std::system_error {
public:
    /// @param function that failed: "vkCreateImage".
    VulkanError(VkResult result, const char* function)
        : std::system_error(result, vulkan_category(), function) {}

    /// Of the function.
    [[nodiscard]] VkResult result() const noexcept { return static_cast<VkResult>(code().value()); }
};

namespace detail {
struct LoadedDevice;
}

/// A Vulkan device that dma-bufs can be imported into. A value without Vulkan objects; it may end
/// before the objects that were created with it.
class Importer {
public:
    /// Loads the functions that import needs.
    /// @return the importer, or the names of the required extensions that are not enabled and of
    ///         the functions that the device lacks.
    /// @throws VulkanError when the driver cannot list its extensions.
    [[nodiscard]] static std::expected<Importer, Reasons> create(const VulkanDevice& device);

    /// The reasons why Semaphore cannot be used on this device; empty if it can.
    [[nodiscard]] const Reasons& semaphore_refusals() const noexcept;

    /// For the library's own use: its type is not installed.
    [[nodiscard]] const std::shared_ptr<const detail::LoadedDevice>& loaded() const noexcept {
        return loaded_;
    }

private:
    explicit Importer(std::shared_ptr<const detail::LoadedDevice> loaded)
        : loaded_(std::move(loaded)) {}

    std::shared_ptr<const detail::LoadedDevice> loaded_;
};

} // namespace parallax
