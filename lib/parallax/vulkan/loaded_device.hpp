// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/device.hpp"

#include <memory>
#include <string>
#include <utility>

// Private to the library: the functions of a VulkanDevice, and owners of what they create.

/// Those of an instance, each of Vulkan 1.1.
#define PARALLAX_INSTANCE_FUNCTIONS(X)                                                             \
    X(EnumerateDeviceExtensionProperties)                                                          \
    X(GetDeviceProcAddr)                                                                           \
    X(GetPhysicalDeviceExternalBufferProperties)                                                   \
    X(GetPhysicalDeviceExternalSemaphoreProperties)                                                \
    X(GetPhysicalDeviceFormatProperties)                                                           \
    X(GetPhysicalDeviceFormatProperties2)                                                          \
    X(GetPhysicalDeviceImageFormatProperties2)                                                     \
    X(GetPhysicalDeviceMemoryProperties)                                                           \
    X(GetPhysicalDeviceProperties)

/// Those of a device, each of Vulkan 1.1 or of a required extension.
#define PARALLAX_DEVICE_FUNCTIONS(X)                                                               \
    X(AllocateMemory)                                                                              \
    X(BindBufferMemory)                                                                            \
    X(BindImageMemory)                                                                             \
    X(BindImageMemory2)                                                                            \
    X(CmdCopyBufferToImage)                                                                        \
    X(CmdCopyImage)                                                                                \
    X(CmdCopyImageToBuffer)                                                                        \
    X(CmdPipelineBarrier)                                                                          \
    X(CreateBuffer)                                                                                \
    X(CreateImage)                                                                                 \
    X(CreateImageView)                                                                             \
    X(CreateSamplerYcbcrConversion)                                                                \
    X(CreateSemaphore)                                                                             \
    X(DestroyBuffer)                                                                               \
    X(DestroyImage)                                                                                \
    X(DestroyImageView)                                                                            \
    X(DestroySamplerYcbcrConversion)                                                               \
    X(DestroySemaphore)                                                                            \
    X(FreeMemory)                                                                                  \
    X(GetBufferMemoryRequirements2)                                                                \
    X(GetImageMemoryRequirements2)                                                                 \
    X(GetImageSubresourceLayout)                                                                   \
    X(GetMemoryFdPropertiesKHR)

/// Those of VK_KHR_external_semaphore_fd.
#define PARALLAX_SEMAPHORE_FUNCTIONS(X)                                                            \
    X(GetSemaphoreFdKHR)                                                                           \
    X(ImportSemaphoreFdKHR)

namespace parallax::detail {

/// A VulkanDevice with its functions, named as in Vulkan without "vk", and its features.
struct LoadedDevice {
    VkPhysicalDevice physical = VK_NULL_HANDLE;
    VkDevice device = VK_NULL_HANDLE;
    std::uint32_t queue_family = 0;
    /// Stands for users of memory outside of Vulkan: FOREIGN if enabled, else EXTERNAL.
    std::uint32_t foreign_family = VK_QUEUE_FAMILY_EXTERNAL;
    bool has_modifiers = false;    ///< VK_EXT_image_drm_format_modifier is enabled
    bool offers_modifiers = false; ///< the driver has it
    bool ycbcr_conversion = false; ///< the feature samplerYcbcrConversion is enabled
    bool lavapipe = false;         ///< Mesa's driver that renders with the processor
    Reasons semaphore_refusals;    ///< as Importer has it

#define PARALLAX_MEMBER(name) PFN_vk##name name = nullptr;
    PARALLAX_INSTANCE_FUNCTIONS(PARALLAX_MEMBER)
    PARALLAX_DEVICE_FUNCTIONS(PARALLAX_MEMBER)
    PARALLAX_SEMAPHORE_FUNCTIONS(PARALLAX_MEMBER)
#undef PARALLAX_MEMBER
};

/// Shared by all objects of a device; see Importer.
using SharedDevice = std::shared_ptr<const LoadedDevice>;

/// Whether a driver with that result may do the same by other means. Not so where the device is
/// lost or memory runs out: every method would fail.
[[nodiscard]] constexpr bool is_refusal(VkResult result) noexcept {
    return result != VK_ERROR_DEVICE_LOST && result != VK_ERROR_OUT_OF_HOST_MEMORY &&
           result != VK_ERROR_OUT_OF_DEVICE_MEMORY;
}

/// @throws VulkanError unless @p result is success.
inline void check(VkResult result, const char* function) {
    if (result != VK_SUCCESS) {
        throw VulkanError(result, function);
    }
}

/// Owns one Vulkan object of a device. Move-only.
template <class Handle>
class Owned {
public:
    /// vkDestroyImage() and similar functions.
    using Destroy = void(VKAPI_PTR*)(VkDevice, Handle, const VkAllocationCallbacks*);

    Owned() noexcept = default;
    /// Takes ownership of @p handle.
    Owned(VkDevice device, Handle handle, Destroy destroy) noexcept
        : device_(device),
          handle_(handle),
          destroy_(destroy) {}
    Owned(Owned&& other) noexcept
        : device_(other.device_),
          handle_(std::exchange(other.handle_, VK_NULL_HANDLE)),
          destroy_(other.destroy_) {}
    Owned& operator=(Owned&& other) noexcept {
        std::swap(device_, other.device_);
        std::swap(handle_, other.handle_);
        std::swap(destroy_, other.destroy_);
        return *this;
    }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() {
        if (handle_ != VK_NULL_HANDLE) {
            destroy_(device_, handle_, nullptr);
        }
    }

    /// Borrowed.
    [[nodiscard]] Handle get() const noexcept { return handle_; }

private:
    VkDevice device_ = VK_NULL_HANDLE;
    Handle handle_ = VK_NULL_HANDLE;
    Destroy destroy_ = nullptr;
};

} // namespace parallax::detail
