// SPDX-License-Identifier: MIT
#include "offscreen/allocator.hpp"

#include "offscreen/instance.hpp"

#define VMA_IMPLEMENTATION // here alone
#include "offscreen/vma.hpp"

namespace parallax {

VmaAllocationCreateInfo allocation_info(MemoryUse use) {
    VmaAllocationCreateInfo info{};
    info.usage = VMA_MEMORY_USAGE_AUTO;
    if (use == MemoryUse::upload) {
        info.flags = VMA_ALLOCATION_CREATE_MAPPED_BIT |
                     VMA_ALLOCATION_CREATE_HOST_ACCESS_SEQUENTIAL_WRITE_BIT;
    } else if (use == MemoryUse::readback) {
        info.flags =
            VMA_ALLOCATION_CREATE_MAPPED_BIT | VMA_ALLOCATION_CREATE_HOST_ACCESS_RANDOM_BIT;
    }
    return info;
}

void check(VkResult result, const char* what) {
    vk::detail::resultCheck(static_cast<vk::Result>(result), what);
}

Allocator::Allocator(const Instance& instance, const vk::raii::PhysicalDevice& physical,
                     const vk::raii::Device& device) {
    VmaVulkanFunctions functions{};
    functions.vkGetInstanceProcAddr = instance.handle().getDispatcher()->vkGetInstanceProcAddr;
    functions.vkGetDeviceProcAddr = device.getDispatcher()->vkGetDeviceProcAddr;
    VmaAllocatorCreateInfo info{};
    info.physicalDevice = *physical;
    info.device = *device;
    info.instance = *instance.handle();
    info.pVulkanFunctions = &functions;
    info.vulkanApiVersion = VK_API_VERSION_1_3;
    VmaAllocator allocator = nullptr;
    check(vmaCreateAllocator(&info, &allocator), "vmaCreateAllocator");
    handle_.reset(allocator);
}

void Allocator::Destroy::operator()(VmaAllocator_T* allocator) const noexcept {
    vmaDestroyAllocator(allocator);
}

} // namespace parallax
