// SPDX-License-Identifier: MIT
#include "parallax/vulkan/context.hpp"

#include <format>
#include <stdexcept>
#include <vector>

namespace parallax {
namespace {

std::uint32_t find_queue_family(const vk::raii::PhysicalDevice& physical, vk::SurfaceKHR surface) {
    constexpr auto wanted = vk::QueueFlagBits::eGraphics | vk::QueueFlagBits::eCompute;
    const auto families = physical.getQueueFamilyProperties();
    for (std::uint32_t family = 0; family < families.size(); ++family) {
        if ((families[family].queueFlags & wanted) == wanted &&
            (!surface || physical.getSurfaceSupportKHR(family, surface))) {
            return family;
        }
    }
    throw std::runtime_error(std::format("{} has no queue family for graphics and compute{}",
                                         physical.getProperties().deviceName.data(),
                                         surface ? " that can present to this window" : ""));
}

std::vector<const char*> extensions_for(const DeviceFacts& facts, bool with_surface) {
    std::vector<const char*> names{VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME,
                                   VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME};
    const auto add = [&names](bool present, const char* name) {
        if (present) {
            names.push_back(name);
        }
    };
    add(facts.modifiers, VK_EXT_IMAGE_DRM_FORMAT_MODIFIER_EXTENSION_NAME);
    add(facts.foreign_queue, VK_EXT_QUEUE_FAMILY_FOREIGN_EXTENSION_NAME);
    add(facts.host_pointer, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
    add(facts.sync_fd_import || facts.sync_fd_export, VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME);
    add(with_surface, VK_KHR_SWAPCHAIN_EXTENSION_NAME);
    return names;
}

vk::raii::Device create_device(const vk::raii::PhysicalDevice& physical, const DeviceFacts& facts,
                               std::uint32_t queue_family, bool with_surface) {
    const std::vector<const char*> extensions = extensions_for(facts, with_surface);
    const float priority = 1.0F;
    const vk::DeviceQueueCreateInfo queue{
        .queueFamilyIndex = queue_family, .queueCount = 1, .pQueuePriorities = &priority};
    vk::PhysicalDeviceVulkan13Features features{.synchronization2 = VK_TRUE,
                                                .dynamicRendering = VK_TRUE};
    // Lets one compute shader write images of any format that can be stored to.
    const vk::PhysicalDeviceFeatures optional{
        .shaderStorageImageWriteWithoutFormat =
            physical.getFeatures().shaderStorageImageWriteWithoutFormat};
    return {physical, vk::DeviceCreateInfo{
                          .pNext = &features,
                          .queueCreateInfoCount = 1,
                          .pQueueCreateInfos = &queue,
                          .enabledExtensionCount = static_cast<std::uint32_t>(extensions.size()),
                          .ppEnabledExtensionNames = extensions.data(),
                          .pEnabledFeatures = &optional,
                      }};
}

} // namespace

Context::Context(const Instance& instance, vk::raii::PhysicalDevice physical,
                 const Options& options)
    : physical_(std::move(physical)),
      facts_(device_facts(physical_)),
      queue_family_(find_queue_family(physical_, options.surface)),
      device_(create_device(physical_, facts_, queue_family_, static_cast<bool>(options.surface))),
      queue_(device_.getQueue(queue_family_, 0)),
      pool_(device_, {.flags = vk::CommandPoolCreateFlagBits::eResetCommandBuffer,
                      .queueFamilyIndex = queue_family_}),
      allocator_(instance, physical_, device_) {}

void Context::run(const std::function<void(const vk::raii::CommandBuffer&)>& record) const {
    const auto buffers = device_.allocateCommandBuffers(
        {.commandPool = pool_, .level = vk::CommandBufferLevel::ePrimary, .commandBufferCount = 1});
    const vk::raii::CommandBuffer& commands = buffers.front();
    commands.begin({.flags = vk::CommandBufferUsageFlagBits::eOneTimeSubmit});
    record(commands);
    commands.end();

    const vk::raii::Fence done(device_, vk::FenceCreateInfo{});
    const vk::CommandBufferSubmitInfo submitted{.commandBuffer = *commands};
    queue_.submit2(vk::SubmitInfo2{.commandBufferInfoCount = 1, .pCommandBufferInfos = &submitted},
                   done);
    // Without a bound: a lost device ends the wait with an error.
    static_cast<void>(device_.waitForFences(*done, VK_TRUE, UINT64_MAX));
}

} // namespace parallax
