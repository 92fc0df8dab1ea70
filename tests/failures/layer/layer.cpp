// SPDX-License-Identifier: MIT
// A Vulkan layer in front of the driver, which fails given calls and passes on all others, see
// PARALLAX_FAULTS (faults.hpp). Of the calls that create images, buffers and memory, CALL means
// those for a dma-buf, and CALL.own all others.
// CALL.modifier, CALL.linear and CALL.buffer mean those of one import method: from the creation of
// an image or buffer for a dma-buf to that of the next. False answers can be limited in the same
// way.
//
// It knows one instance and one device at a time, and is called from one thread.
#include "faults.hpp"

#include <drm_fourcc.h>
#include <vulkan/vk_layer.h>
#include <vulkan/vulkan_core.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace parallax::test {
namespace {

/// Counting begins anew where other faults are asked for, and goes on where a program that has lost
/// its device makes an instance again.
Faults& faults() {
    static std::string known;
    static Faults all("");
    const char* const asked = std::getenv("PARALLAX_FAULTS");
    if (asked != nullptr && asked != known) {
        known = asked;
        all = Faults(known);
    }
    return all;
}

/// The method of import that is asked about or goes on.
std::string& method() {
    static std::string name;
    return name;
}

/// Whether that lie is told of all methods, or of this one.
bool tells(const std::string& lie) {
    return faults().has(lie) || faults().has(lie + "." + method());
}

/// The structure of that type in a chain; null if there is none.
template <typename Structure>
Structure* find(const void* chain, VkStructureType type) {
    // Every structure of Vulkan begins with its type and the next.
    for (const auto* link = static_cast<const VkBaseInStructure*>(chain); link != nullptr;
         link = link->pNext) {
        if (link->sType == type) {
            return reinterpret_cast<Structure*>(const_cast<VkBaseInStructure*>(link));
        }
    }
    return nullptr;
}

bool has(const void* chain, VkStructureType type) {
    return find<VkBaseInStructure>(chain, type) != nullptr;
}

// True if a call is for a dma-buf, by its arguments.
template <typename Argument>
bool imports(const Argument& /*argument*/) {
    return true;
}
bool imports(const VkImageCreateInfo* info) {
    return has(info->pNext, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO);
}
bool imports(const VkBufferCreateInfo* info) {
    return has(info->pNext, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO);
}
bool imports(const VkMemoryAllocateInfo* info) {
    return has(info->pNext, VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR);
}
bool imports(const VkPhysicalDeviceImageFormatInfo2* info) {
    return has(info->pNext, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO);
}

// What tells the method that begins.
template <typename Argument>
void note_method(const Argument& /*argument*/) {}
void note_method(const VkImageCreateInfo* info) {
    if (imports(info)) {
        method() = info->tiling == VK_IMAGE_TILING_LINEAR ? "linear" : "modifier";
    }
}
void note_method(const VkBufferCreateInfo* info) {
    if (imports(info)) {
        method() = "buffer";
    }
}

/// What a call fails with, if it does.
/// @param import whether it is about a dma-buf.
std::optional<VkResult> failure_of(const std::string& call, bool import) {
    if (!import) {
        return faults().at(call + ".own");
    }
    const auto of_method = faults().at(call + "." + method());
    const auto of_any = faults().at(call);
    return of_method ? of_method : of_any;
}

/// A command's name, as an argument of a template.
template <std::size_t size>
struct Name {
    constexpr Name(const char (&literal)[size]) { std::copy_n(literal, size, text); }
    char text[size]{};
};

/// Stands in for a command, and may fail instead of it.
template <Name name, typename Function>
struct Command;

template <Name name, typename... Arguments>
struct Command<name, VkResult(VKAPI_PTR*)(Arguments...)> {
    static inline VkResult(VKAPI_PTR* next)(Arguments...) = nullptr;

    static VKAPI_ATTR VkResult VKAPI_CALL call(Arguments... arguments) {
        (note_method(arguments), ...);
        const auto failure = failure_of(name.text, (imports(arguments) && ...));
        return failure ? *failure : next(arguments...);
    }
};

#define COMMAND(name) Command<#name, PFN_##name>

/// A command of this layer, and the next one in the chain.
template <Name name, typename Function>
inline Function behind = nullptr;

#define BEHIND(name) behind<#name, PFN_##name>

// False answers about the driver's features.

VKAPI_ATTR VkResult VKAPI_CALL enumerate_devices(VkInstance instance, std::uint32_t* count,
                                                 VkPhysicalDevice* devices) {
    if (faults().has("no-devices")) {
        *count = 0;
        return VK_SUCCESS;
    }
    return COMMAND(vkEnumeratePhysicalDevices)::call(instance, count, devices);
}

VKAPI_ATTR VkResult VKAPI_CALL enumerate_extensions(VkPhysicalDevice device, const char* layer,
                                                    std::uint32_t* count,
                                                    VkExtensionProperties* properties) {
    if (const auto failure = faults().at("vkEnumerateDeviceExtensionProperties")) {
        return *failure;
    }
    const auto next = BEHIND(vkEnumerateDeviceExtensionProperties);
    std::uint32_t all = 0;
    next(device, layer, &all, nullptr);
    std::vector<VkExtensionProperties> list(all);
    next(device, layer, &all, list.data());
    std::erase_if(list, [](const VkExtensionProperties& extension) {
        return faults().has(std::string("without:") + extension.extensionName);
    });
    if (properties != nullptr) {
        *count = std::min(*count, static_cast<std::uint32_t>(list.size()));
        std::copy_n(list.begin(), *count, properties);
        return *count < list.size() ? VK_INCOMPLETE : VK_SUCCESS;
    }
    *count = static_cast<std::uint32_t>(list.size());
    return VK_SUCCESS;
}

VKAPI_ATTR void VKAPI_CALL get_properties(VkPhysicalDevice device,
                                          VkPhysicalDeviceProperties2* properties) {
    BEHIND(vkGetPhysicalDeviceProperties2)(device, properties);
    if (faults().has("vulkan-1.2")) {
        properties->properties.apiVersion = VK_API_VERSION_1_2;
    }
    auto& name = properties->properties.deviceName;
    if (faults().has("pretended")) { // whatever names the device says so
        const std::string real = name;
        std::snprintf(name, sizeof(name), "pretended %s", real.c_str());
    }
    if (faults().has("odd-name")) { // a control sequence, and a letter that is cut off
        std::strcpy(properties->properties.deviceName, "Cam\xc3\xa9ra\x1b[2J\xc3");
    }
}

VKAPI_ATTR void VKAPI_CALL get_queue_families(VkPhysicalDevice device, std::uint32_t* count,
                                              VkQueueFamilyProperties* families) {
    BEHIND(vkGetPhysicalDeviceQueueFamilyProperties)(device, count, families);
    for (std::uint32_t i = 0; families != nullptr && faults().has("no-graphics") && i < *count;
         ++i) {
        families[i].queueFlags = VK_QUEUE_TRANSFER_BIT;
    }
}

VKAPI_ATTR void VKAPI_CALL get_format(VkPhysicalDevice device, VkFormat format,
                                      VkFormatProperties* properties) {
    BEHIND(vkGetPhysicalDeviceFormatProperties)(device, format, properties);
    if (faults().has("linear-not-sampled")) {
        properties->linearTilingFeatures = 0;
    }
    if (faults().has("optimal-not-sampled")) {
        properties->optimalTilingFeatures = 0;
    }
}

VKAPI_ATTR void VKAPI_CALL get_format_2(VkPhysicalDevice device, VkFormat format,
                                        VkFormatProperties2* properties) {
    BEHIND(vkGetPhysicalDeviceFormatProperties2)(device, format, properties);
    auto* const list = find<VkDrmFormatModifierPropertiesListEXT>(
        properties->pNext, VK_STRUCTURE_TYPE_DRM_FORMAT_MODIFIER_PROPERTIES_LIST_EXT);
    if (list == nullptr) {
        return;
    }
    if (faults().has("no-modifiers")) {
        list->drmFormatModifierCount = 0;
    }
    for (std::uint32_t i = 0;
         list->pDrmFormatModifierProperties != nullptr && i < list->drmFormatModifierCount; ++i) {
        VkDrmFormatModifierPropertiesEXT& modifier = list->pDrmFormatModifierProperties[i];
        if (faults().has("modifier-not-sampled")) {
            modifier.drmFormatModifierTilingFeatures = 0;
        }
        if (faults().has("modifier-of-two-planes")) {
            modifier.drmFormatModifierPlaneCount = 2;
        }
    }
}

VKAPI_ATTR VkResult VKAPI_CALL get_image_format(VkPhysicalDevice device,
                                                const VkPhysicalDeviceImageFormatInfo2* info,
                                                VkImageFormatProperties2* properties) {
    using Whole = COMMAND(vkGetPhysicalDeviceImageFormatProperties2);
    const VkResult result = Whole::call(device, info, properties);
    auto* const external = find<VkExternalImageFormatProperties>(
        properties->pNext, VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES);
    if (external != nullptr && faults().has("image-not-importable")) {
        external->externalMemoryProperties.externalMemoryFeatures = 0;
    }
    if (imports(info) && faults().has("small-images")) {
        properties->imageFormatProperties.maxExtent = {.width = 16, .height = 16, .depth = 1};
    }
    return result;
}

VKAPI_ATTR void VKAPI_CALL get_buffer_support(VkPhysicalDevice device,
                                              const VkPhysicalDeviceExternalBufferInfo* info,
                                              VkExternalBufferProperties* properties) {
    BEHIND(vkGetPhysicalDeviceExternalBufferProperties)(device, info, properties);
    if (faults().has("buffer-not-importable")) {
        properties->externalMemoryProperties.externalMemoryFeatures = 0;
    }
}

VKAPI_ATTR VkResult VKAPI_CALL get_surface(VkPhysicalDevice device, VkSurfaceKHR surface,
                                           VkSurfaceCapabilitiesKHR* capabilities) {
    const VkResult result =
        BEHIND(vkGetPhysicalDeviceSurfaceCapabilitiesKHR)(device, surface, capabilities);
    if (faults().has("no-screenshots")) {
        capabilities->supportedUsageFlags &= ~VkImageUsageFlags{VK_IMAGE_USAGE_TRANSFER_SRC_BIT};
    }
    return result;
}

VKAPI_ATTR VkResult VKAPI_CALL get_fd_properties(VkDevice device,
                                                 VkExternalMemoryHandleTypeFlagBits type, int fd,
                                                 VkMemoryFdPropertiesKHR* properties) {
    const VkResult result = COMMAND(vkGetMemoryFdPropertiesKHR)::call(device, type, fd, properties);
    if (tells("no-memory-type")) {
        properties->memoryTypeBits = 0;
    }
    return result;
}

VKAPI_ATTR void VKAPI_CALL get_image_layout(VkDevice device, VkImage image,
                                            const VkImageSubresource* subresource,
                                            VkSubresourceLayout* layout) {
    BEHIND(vkGetImageSubresourceLayout)(device, image, subresource, layout);
    if (tells("longer-rows")) {
        layout->rowPitch += 64;
    }
    if (tells("later-pixels")) {
        layout->offset += 64;
    }
}

/// A window system that holds all images: the call takes as long as it may.
VKAPI_ATTR VkResult VKAPI_CALL acquire_image(VkDevice device, VkSwapchainKHR swapchain,
                                             std::uint64_t timeout, VkSemaphore semaphore,
                                             VkFence fence, std::uint32_t* index) {
    const VkResult result =
        COMMAND(vkAcquireNextImageKHR)::call(device, swapchain, timeout, semaphore, fence, index);
    if (result == VK_TIMEOUT) {
        std::this_thread::sleep_for(
            std::chrono::nanoseconds(std::min<std::uint64_t>(timeout, INT64_MAX)));
    }
    return result;
}

/// A GPU that hangs, under a driver that does not find that out; or a driver that crashes.
VKAPI_ATTR VkResult VKAPI_CALL wait_for_fences(VkDevice device, std::uint32_t count,
                                               const VkFence* fences, VkBool32 all,
                                               std::uint64_t timeout) {
    if (tells("crashes")) {
        std::raise(SIGSEGV);
    }
    if (tells("hangs")) {
        std::fputs("the GPU hangs\n", stderr);
    }
    while (tells("hangs")) {
        std::this_thread::sleep_for(std::chrono::hours(1));
    }
    return COMMAND(vkWaitForFences)::call(device, count, fences, all, timeout);
}

/// A driver that needs a dedicated allocation where it says so.
VKAPI_ATTR VkResult VKAPI_CALL allocate_memory(VkDevice device, const VkMemoryAllocateInfo* info,
                                               const VkAllocationCallbacks* allocator,
                                               VkDeviceMemory* memory) {
    if (imports(info) && faults().has("requires-dedicated") &&
        !has(info->pNext, VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO)) {
        return VK_ERROR_INVALID_EXTERNAL_HANDLE;
    }
    return COMMAND(vkAllocateMemory)::call(device, info, allocator, memory);
}

/// Than were wanted first. Anew with each device.
std::uint64_t more_bytes = 0;

/// Makes the driver prefer or require a dedicated allocation for every image and buffer, or want
/// more bytes for each than for the one before.
void want_other_memory(VkMemoryRequirements2* requirements) {
    if (tells("wants-more-each-time")) {
        requirements->memoryRequirements.size += more_bytes += 65536;
    }
    auto* const dedicated = find<VkMemoryDedicatedRequirements>(
        requirements->pNext, VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS);
    if (dedicated != nullptr) {
        dedicated->prefersDedicatedAllocation |= faults().has("prefers-dedicated") ? VK_TRUE : 0;
        dedicated->requiresDedicatedAllocation |= faults().has("requires-dedicated") ? VK_TRUE : 0;
    }
}

VKAPI_ATTR void VKAPI_CALL get_image_requirements(VkDevice device,
                                                  const VkImageMemoryRequirementsInfo2* info,
                                                  VkMemoryRequirements2* requirements) {
    BEHIND(vkGetImageMemoryRequirements2)(device, info, requirements);
    want_other_memory(requirements);
}

VKAPI_ATTR void VKAPI_CALL get_buffer_requirements(VkDevice device,
                                                   const VkBufferMemoryRequirementsInfo2* info,
                                                   VkMemoryRequirements2* requirements) {
    BEHIND(vkGetBufferMemoryRequirements2)(device, info, requirements);
    want_other_memory(requirements);
}

// The layer's interface to the loader.

struct Entry {
    std::string_view name;
    PFN_vkVoidFunction ours;
    PFN_vkVoidFunction* next;
};

template <typename Function>
Entry entry(std::string_view name, Function ours, Function& next) {
    return {name, reinterpret_cast<PFN_vkVoidFunction>(ours),
            reinterpret_cast<PFN_vkVoidFunction*>(&next)};
}

#define FAILS(name) entry(#name, &COMMAND(name)::call, COMMAND(name)::next)
#define ANSWERED(name, function) entry(#name, &function, BEHIND(name))

const std::vector<Entry>& instance_commands() {
    static const std::vector<Entry> all{
        entry("vkEnumeratePhysicalDevices", &enumerate_devices,
              COMMAND(vkEnumeratePhysicalDevices)::next),
        ANSWERED(vkEnumerateDeviceExtensionProperties, enumerate_extensions),
        ANSWERED(vkGetPhysicalDeviceProperties2, get_properties),
        ANSWERED(vkGetPhysicalDeviceQueueFamilyProperties, get_queue_families),
        ANSWERED(vkGetPhysicalDeviceFormatProperties, get_format),
        ANSWERED(vkGetPhysicalDeviceFormatProperties2, get_format_2),
        entry("vkGetPhysicalDeviceImageFormatProperties2", &get_image_format,
              COMMAND(vkGetPhysicalDeviceImageFormatProperties2)::next),
        ANSWERED(vkGetPhysicalDeviceExternalBufferProperties, get_buffer_support),
        ANSWERED(vkGetPhysicalDeviceSurfaceCapabilitiesKHR, get_surface),
    };
    return all;
}

const std::vector<Entry>& device_commands() {
    static const std::vector<Entry> all{
        FAILS(vkCreateImage),
        FAILS(vkCreateBuffer),
        entry("vkAllocateMemory", &allocate_memory, COMMAND(vkAllocateMemory)::next),
        FAILS(vkBindImageMemory),
        FAILS(vkBindBufferMemory),
        FAILS(vkCreateImageView),
        FAILS(vkCreateGraphicsPipelines),
        FAILS(vkQueueSubmit2),
        FAILS(vkQueueWaitIdle),
        FAILS(vkQueuePresentKHR),
        entry("vkWaitForFences", &wait_for_fences, COMMAND(vkWaitForFences)::next),
        entry("vkAcquireNextImageKHR", &acquire_image, COMMAND(vkAcquireNextImageKHR)::next),
        FAILS(vkImportSemaphoreFdKHR),
        FAILS(vkGetSemaphoreFdKHR),
        entry("vkGetMemoryFdPropertiesKHR", &get_fd_properties,
              COMMAND(vkGetMemoryFdPropertiesKHR)::next),
        ANSWERED(vkGetImageSubresourceLayout, get_image_layout),
        ANSWERED(vkGetImageMemoryRequirements2, get_image_requirements),
        ANSWERED(vkGetBufferMemoryRequirements2, get_buffer_requirements),
    };
    return all;
}

/// The loader's link to the next layer; advances the chain.
template <typename CreateInfo>
auto* take_link(const void* chain, VkStructureType type) {
    auto* info = find<CreateInfo>(chain, type);
    while (info->function != VK_LAYER_LINK_INFO) {
        info = find<CreateInfo>(info->pNext, type);
    }
    auto* const link = info->u.pLayerInfo;
    info->u.pLayerInfo = link->pNext;
    return link;
}

VKAPI_ATTR VkResult VKAPI_CALL create_instance(const VkInstanceCreateInfo* info,
                                               const VkAllocationCallbacks* allocator,
                                               VkInstance* instance) {
    const auto* const link = take_link<VkLayerInstanceCreateInfo>(
        info->pNext, VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO);
    const auto next = link->pfnNextGetInstanceProcAddr;
    BEHIND(vkGetInstanceProcAddr) = next;
    if (const auto failure = faults().at("vkCreateInstance")) {
        return *failure;
    }
    const VkResult result = reinterpret_cast<PFN_vkCreateInstance>(
        next(nullptr, "vkCreateInstance"))(info, allocator, instance);
    for (const Entry& command : instance_commands()) {
        if (result == VK_SUCCESS) {
            *command.next = next(*instance, command.name.data());
        }
    }
    return result;
}

VKAPI_ATTR VkResult VKAPI_CALL create_device(VkPhysicalDevice physical,
                                             const VkDeviceCreateInfo* info,
                                             const VkAllocationCallbacks* allocator,
                                             VkDevice* device) {
    const auto* const link = take_link<VkLayerDeviceCreateInfo>(
        info->pNext, VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO);
    const auto next = link->pfnNextGetDeviceProcAddr;
    BEHIND(vkGetDeviceProcAddr) = next;
    more_bytes = 0;
    if (const auto failure = faults().at("vkCreateDevice")) {
        return *failure;
    }
    const VkResult result = reinterpret_cast<PFN_vkCreateDevice>(link->pfnNextGetInstanceProcAddr(
        nullptr, "vkCreateDevice"))(physical, info, allocator, device);
    for (const Entry& command : device_commands()) {
        if (result == VK_SUCCESS) {
            *command.next = next(*device, command.name.data());
        }
    }
    return result;
}

/// This layer's command, if the next layer has it.
PFN_vkVoidFunction find_command(const std::vector<Entry>& commands, const char* name) {
    const auto found = std::ranges::find(commands, std::string_view(name), &Entry::name);
    return found == commands.end() || *found->next == nullptr ? nullptr : found->ours;
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL get_device_proc(VkDevice device, const char* name);

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL get_instance_proc(VkInstance instance, const char* name) {
    const std::string_view wanted(name);
    if (wanted == "vkCreateInstance") {
        return reinterpret_cast<PFN_vkVoidFunction>(&create_instance);
    }
    if (wanted == "vkGetInstanceProcAddr") {
        return reinterpret_cast<PFN_vkVoidFunction>(&get_instance_proc);
    }
    if (wanted == "vkCreateDevice") {
        return reinterpret_cast<PFN_vkVoidFunction>(&create_device);
    }
    if (wanted == "vkGetDeviceProcAddr") {
        return reinterpret_cast<PFN_vkVoidFunction>(&get_device_proc);
    }
    if (const auto ours = find_command(instance_commands(), name)) {
        return ours;
    }
    return instance == nullptr ? nullptr : BEHIND(vkGetInstanceProcAddr)(instance, name);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL get_device_proc(VkDevice device, const char* name) {
    if (std::string_view(name) == "vkGetDeviceProcAddr") {
        return reinterpret_cast<PFN_vkVoidFunction>(&get_device_proc);
    }
    if (const auto ours = find_command(device_commands(), name)) {
        return ours;
    }
    return BEHIND(vkGetDeviceProcAddr)(device, name);
}

} // namespace
} // namespace parallax::test

extern "C" __attribute__((visibility("default"))) VKAPI_ATTR VkResult VKAPI_CALL
vkNegotiateLoaderLayerInterfaceVersion(VkNegotiateLayerInterface* interface) {
    interface->loaderLayerInterfaceVersion = CURRENT_LOADER_LAYER_INTERFACE_VERSION;
    interface->pfnGetInstanceProcAddr = &parallax::test::get_instance_proc;
    interface->pfnGetDeviceProcAddr = &parallax::test::get_device_proc;
    interface->pfnGetPhysicalDeviceProcAddr = nullptr;
    return VK_SUCCESS;
}
