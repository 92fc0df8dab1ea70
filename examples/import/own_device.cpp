// SPDX-License-Identifier: MIT
#include "own_device.hpp"

#include <parallax/vulkan/device.hpp>

#include <stdexcept>
#include <string>

namespace {

void check(VkResult result, const char* function) {
    if (result != VK_SUCCESS) {
        throw std::runtime_error(std::string(function) + " failed: " + std::to_string(result));
    }
}

} // namespace

OwnDevice::OwnDevice() {
    const VkApplicationInfo application{.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
                                        .apiVersion = VK_API_VERSION_1_2};
    const VkInstanceCreateInfo instance_info{.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
                                             .pApplicationInfo = &application};
    check(vkCreateInstance(&instance_info, nullptr, &instance), "vkCreateInstance");
    std::uint32_t count = 1;
    if (vkEnumeratePhysicalDevices(instance, &count, &physical) < 0 || count == 0) {
        throw std::runtime_error("there is no Vulkan device");
    }

    // Enable only the extensions that the library needs. Use the first queue family, since any can
    // copy.
    auto wanted = parallax::device_extensions(vkGetInstanceProcAddr, instance, physical);
    if (!wanted) {
        throw std::runtime_error(wanted.error().front());
    }
    extensions = *std::move(wanted);
    const float priority = 1.0F;
    const VkDeviceQueueCreateInfo queue_info{.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
                                             .queueFamilyIndex = queue_family,
                                             .queueCount = 1,
                                             .pQueuePriorities = &priority};
    const VkDeviceCreateInfo device_info{.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
                                         .queueCreateInfoCount = 1,
                                         .pQueueCreateInfos = &queue_info,
                                         .enabledExtensionCount =
                                             static_cast<std::uint32_t>(extensions.size()),
                                         .ppEnabledExtensionNames = extensions.data()};
    check(vkCreateDevice(physical, &device_info, nullptr, &device), "vkCreateDevice");
    vkGetDeviceQueue(device, queue_family, 0, &queue);
    const VkCommandPoolCreateInfo pool_info{.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                            .queueFamilyIndex = queue_family};
    check(vkCreateCommandPool(device, &pool_info, nullptr, &pool), "vkCreateCommandPool");
}

OwnDevice::~OwnDevice() {
    vkDestroyCommandPool(device, pool, nullptr);
    vkDestroyDevice(device, nullptr);
    vkDestroyInstance(instance, nullptr);
}

void OwnDevice::run(const std::function<void(VkCommandBuffer)>& record) const {
    const VkCommandBufferAllocateInfo allocation{.sType =
                                                     VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
                                                 .commandPool = pool,
                                                 .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                                 .commandBufferCount = 1};
    VkCommandBuffer commands = VK_NULL_HANDLE;
    check(vkAllocateCommandBuffers(device, &allocation, &commands), "vkAllocateCommandBuffers");
    const VkCommandBufferBeginInfo once{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
                                        .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT};
    check(vkBeginCommandBuffer(commands, &once), "vkBeginCommandBuffer");
    record(commands);
    const VkMemoryBarrier to_host{.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
                                  .srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
                                  .dstAccessMask = VK_ACCESS_HOST_READ_BIT};
    vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 0, 1,
                         &to_host, 0, nullptr, 0, nullptr);
    check(vkEndCommandBuffer(commands), "vkEndCommandBuffer");
    const VkSubmitInfo submission{.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
                                  .commandBufferCount = 1,
                                  .pCommandBuffers = &commands};
    check(vkQueueSubmit(queue, 1, &submission, VK_NULL_HANDLE), "vkQueueSubmit");
    check(vkQueueWaitIdle(queue), "vkQueueWaitIdle");
    vkFreeCommandBuffers(device, pool, 1, &commands);
}

OwnDevice::HostBuffer OwnDevice::create_buffer(VkDeviceSize size) const {
    constexpr VkMemoryPropertyFlags readable =
        VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    HostBuffer result;
    const VkBufferCreateInfo info{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                  .size = size,
                                  .usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT};
    check(vkCreateBuffer(device, &info, nullptr, &result.buffer), "vkCreateBuffer");
    VkMemoryRequirements wants;
    vkGetBufferMemoryRequirements(device, result.buffer, &wants);
    VkPhysicalDeviceMemoryProperties memories;
    vkGetPhysicalDeviceMemoryProperties(physical, &memories);
    std::uint32_t type = 0; // Vulkan guarantees a suitable one for every buffer
    while ((wants.memoryTypeBits >> type & 1) == 0 ||
           (memories.memoryTypes[type].propertyFlags & readable) != readable) {
        ++type;
    }
    const VkMemoryAllocateInfo allocation{.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                          .allocationSize = wants.size,
                                          .memoryTypeIndex = type};
    check(vkAllocateMemory(device, &allocation, nullptr, &result.memory), "vkAllocateMemory");
    check(vkBindBufferMemory(device, result.buffer, result.memory, 0), "vkBindBufferMemory");
    void* bytes = nullptr;
    check(vkMapMemory(device, result.memory, 0, VK_WHOLE_SIZE, 0, &bytes), "vkMapMemory");
    result.bytes = bytes;
    return result;
}

void OwnDevice::destroy(const HostBuffer& buffer) const {
    vkDestroyBuffer(device, buffer.buffer, nullptr);
    vkFreeMemory(device, buffer.memory, nullptr);
}
