// SPDX-License-Identifier: MIT
//
// A Vulkan device of a program that uses vulkan.h alone.
#pragma once

#include <vulkan/vulkan.h>

#include <cstdint>
#include <functional>
#include <vector>

class OwnDevice {
public:
    /// @throws std::runtime_error.
    OwnDevice();
    OwnDevice(const OwnDevice&) = delete;
    OwnDevice& operator=(const OwnDevice&) = delete;
    ~OwnDevice();

    /// Records, submits, and waits until the CPU can read the copy.
    void run(const std::function<void(VkCommandBuffer)>& record) const;

    /// A buffer that the CPU can read, for copies.
    struct HostBuffer {
        VkBuffer buffer = VK_NULL_HANDLE;
        VkDeviceMemory memory = VK_NULL_HANDLE;
        const void* bytes = nullptr;
    };
    [[nodiscard]] HostBuffer create_buffer(VkDeviceSize size) const;
    void destroy(const HostBuffer& buffer) const;

    VkInstance instance = VK_NULL_HANDLE;
    VkPhysicalDevice physical = VK_NULL_HANDLE;
    VkDevice device = VK_NULL_HANDLE;
    std::vector<const char*> extensions; ///< enabled
    std::uint32_t queue_family = 0;
    VkQueue queue = VK_NULL_HANDLE;
    VkCommandPool pool = VK_NULL_HANDLE;
};
