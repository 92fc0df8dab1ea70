// SPDX-License-Identifier: MIT
#include "offscreen/context.hpp"

#include "parallax/text.hpp"

#include <exception>
#include <stdexcept>
#include <vector>

namespace parallax {
namespace {

std::uint32_t require_queue_family(const vk::raii::PhysicalDevice& physical,
                                   vk::SurfaceKHR surface) {
    if (const auto family = find_queue_family(physical, surface)) {
        return *family;
    }
    throw std::runtime_error(text::format("it has no queue family for graphics and compute{}",
                                          surface ? " that can present to this window" : ""));
}

template <class Value>
Value or_throw(std::expected<Value, Reasons> wanted) {
    if (!wanted) {
        throw std::runtime_error(wanted.error().front());
    }
    return *std::move(wanted);
}

std::vector<const char*> extensions_for(const Instance& instance, VkPhysicalDevice physical,
                                        const DeviceFacts& facts, bool with_surface) {
    std::vector<const char*> names = or_throw(device_extensions(
        instance.handle().getDispatcher()->vkGetInstanceProcAddr, *instance.handle(), physical));
    if (facts.host_pointer) {
        names.push_back(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
    }
    if (with_surface) {
        names.push_back(VK_KHR_SWAPCHAIN_EXTENSION_NAME);
        if (facts.incremental_present) {
            names.push_back(VK_KHR_INCREMENTAL_PRESENT_EXTENSION_NAME);
        }
    }
    return names;
}

vk::raii::Device create_device(const vk::raii::PhysicalDevice& physical, const DeviceFacts& facts,
                               const std::vector<const char*>& extensions,
                               std::uint32_t queue_family) {
    const float priority = 1.0F;
    const vk::DeviceQueueCreateInfo queue{
        .queueFamilyIndex = queue_family, .queueCount = 1, .pQueuePriorities = &priority};
    vk::PhysicalDeviceSamplerYcbcrConversionFeatures conversion{.samplerYcbcrConversion =
                                                                    facts.ycbcr_conversion};
    vk::PhysicalDeviceVulkan13Features features{
        .pNext = &conversion, .synchronization2 = VK_TRUE, .dynamicRendering = VK_TRUE};
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
    : validated_(instance.validation_log() != nullptr),
      instance_(*instance.handle()),
      get_instance_proc_addr_(instance.handle().getDispatcher()->vkGetInstanceProcAddr),
      physical_(std::move(physical)),
      facts_(device_facts(physical_)),
      queue_family_(require_queue_family(physical_, options.surface)),
      extensions_(extensions_for(instance, *physical_, facts_, static_cast<bool>(options.surface))),
      device_(create_device(physical_, facts_, extensions_, queue_family_)),
      queue_(device_.getQueue(queue_family_, 0)),
      pool_(device_, {.flags = vk::CommandPoolCreateFlagBits::eResetCommandBuffer,
                      .queueFamilyIndex = queue_family_}),
      allocator_(instance, physical_, device_),
      importer_(or_throw(Importer::create(vulkan_device()))) {}

VulkanDevice Context::vulkan_device() const noexcept {
    return {.instance = instance_,
            .physical = *physical_,
            .device = *device_,
            .queue_family = queue_family_,
            .get_instance_proc_addr = get_instance_proc_addr_,
            .extensions = extensions_,
            .ycbcr_conversion = facts_.ycbcr_conversion};
}

std::expected<std::unique_ptr<Context>, Reasons>
Context::open(const Instance& instance, const std::string& wish, const Options& options) {
    UsableDevices usable = usable_devices(instance, wish);
    std::exception_ptr lost;
    for (vk::raii::PhysicalDevice& device : usable.devices) {
        const DeviceFacts facts = device_facts(device);
        if (options.surface && !facts.swapchain) {
            usable.refusals.push_back(
                text::format("{} cannot present to a window (no VK_KHR_swapchain)", facts.name));
            continue;
        }
        try {
            return std::make_unique<Context>(instance, std::move(device), options);
        } catch (const std::runtime_error& error) { // the driver's refusal among them
            if (dynamic_cast<const vk::DeviceLostError*>(&error) != nullptr) {
                lost = std::current_exception();
            }
            usable.refusals.push_back(
                text::format("{} cannot be opened: {}", facts.name, error.what()));
        }
    }
    if (lost) {
        std::rethrow_exception(lost);
    }
    return std::unexpected(std::move(usable.refusals));
}

vk::raii::CommandBuffer Context::allocate_commands() const {
    return std::move(vk::raii::CommandBuffers(device_, {.commandPool = pool_,
                                                        .level = vk::CommandBufferLevel::ePrimary,
                                                        .commandBufferCount = 1})
                         .front());
}

void Context::submit(const vk::raii::CommandBuffer& commands, vk::Fence done,
                     const vk::SemaphoreSubmitInfo& before,
                     const vk::SemaphoreSubmitInfo& after) const {
    const vk::CommandBufferSubmitInfo submitted{.commandBuffer = commands};
    queue_.submit2(vk::SubmitInfo2{.waitSemaphoreInfoCount = before.semaphore ? 1U : 0U,
                                   .pWaitSemaphoreInfos = &before,
                                   .commandBufferInfoCount = 1,
                                   .pCommandBufferInfos = &submitted,
                                   .signalSemaphoreInfoCount = after.semaphore ? 1U : 0U,
                                   .pSignalSemaphoreInfos = &after},
                   done);
}

void Context::run(const std::function<void(const vk::raii::CommandBuffer&)>& record) const {
    const vk::raii::CommandBuffer commands = allocate_commands();
    commands.begin({.flags = vk::CommandBufferUsageFlagBits::eOneTimeSubmit});
    record(commands);
    commands.end();
    const vk::raii::Fence done(device_, vk::FenceCreateInfo{});
    submit(commands, done);
    // Without a bound: a lost device ends the wait with an error.
    static_cast<void>(device_.waitForFences(*done, VK_TRUE, UINT64_MAX));
}

} // namespace parallax
