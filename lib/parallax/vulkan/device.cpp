// SPDX-License-Identifier: MIT
#include "parallax/vulkan/device.hpp"

#include "parallax/text.hpp"
#include "parallax/vulkan/loaded_device.hpp"
#include "parallax/vulkan/names.hpp"

#include <algorithm>
#include <string_view>

namespace parallax {
namespace {

class Category final : public std::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "Vulkan"; }
    [[nodiscard]] std::string message(int result) const override {
        return detail::result_name(static_cast<VkResult>(result));
    }
};

bool contains(std::span<const char* const> names, std::string_view name) {
    return std::ranges::contains(names, name, [](const char* n) { return std::string_view(n); });
}

/// Of the driver, by its own word.
std::vector<VkExtensionProperties>
offered_extensions(PFN_vkEnumerateDeviceExtensionProperties enumerate, VkPhysicalDevice physical) {
    std::vector<VkExtensionProperties> list;
    VkResult result = VK_INCOMPLETE;
    while (result == VK_INCOMPLETE) { // the number grew between the two calls
        std::uint32_t count = 0;
        detail::check(enumerate(physical, nullptr, &count, nullptr),
                      "vkEnumerateDeviceExtensionProperties");
        list.resize(count);
        result = enumerate(physical, nullptr, &count, list.data());
        list.resize(count);
    }
    detail::check(result, "vkEnumerateDeviceExtensionProperties");
    return list;
}

bool contains(const std::vector<VkExtensionProperties>& list, std::string_view name) {
    return std::ranges::contains(list, name, [](const VkExtensionProperties& extension) {
        return std::string_view(extension.extensionName);
    });
}

Reasons semaphore_refusals(const VulkanDevice& handles, const detail::LoadedDevice& device) {
    if (!contains(handles.extensions, VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME)) {
        return {VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME " is not enabled on the device"};
    }
    const VkPhysicalDeviceExternalSemaphoreInfo info{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_SEMAPHORE_INFO,
        .pNext = nullptr,
        .handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT};
    VkExternalSemaphoreProperties properties{.sType =
                                                 VK_STRUCTURE_TYPE_EXTERNAL_SEMAPHORE_PROPERTIES};
    device.GetPhysicalDeviceExternalSemaphoreProperties(device.physical, &info, &properties);
    constexpr VkExternalSemaphoreFeatureFlags both =
        VK_EXTERNAL_SEMAPHORE_FEATURE_IMPORTABLE_BIT | VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT;
    if ((properties.externalSemaphoreFeatures & both) != both) {
        return {"the driver has no SYNC_FD semaphores to import and export"};
    }
    return {};
}

} // namespace

const std::error_category& vulkan_category() noexcept {
    static const Category category;
    return category;
}

std::expected<std::vector<const char*>, Reasons>
device_extensions(PFN_vkGetInstanceProcAddr get_instance_proc_addr, VkInstance instance,
                  VkPhysicalDevice physical) {
    const auto list = offered_extensions(
        reinterpret_cast<PFN_vkEnumerateDeviceExtensionProperties>(
            get_instance_proc_addr(instance, "vkEnumerateDeviceExtensionProperties")),
        physical);
    std::vector<const char*> names;
    Reasons missing;
    for (const char* const name : required_device_extensions) {
        names.push_back(name);
        if (!contains(list, name)) {
            missing.push_back(text::format("the driver has no {}", name));
        }
    }
    if (!missing.empty()) {
        return std::unexpected(std::move(missing));
    }
    std::ranges::copy_if(optional_device_extensions, std::back_inserter(names),
                         [&](const char* name) { return contains(list, name); });
    return names;
}

std::expected<Importer, Reasons> Importer::create(const VulkanDevice& handles) {
    Reasons missing;
    for (const char* const name : required_device_extensions) {
        if (!contains(handles.extensions, name)) {
            missing.push_back(text::format("{} is not enabled on the device", name));
        }
    }
    if (!missing.empty()) { // functions of an extension that is not enabled must not be loaded
        return std::unexpected(std::move(missing));
    }
    auto device = std::make_shared<detail::LoadedDevice>();
    device->physical = handles.physical;
    device->device = handles.device;
    device->queue_family = handles.queue_family;
    device->ycbcr_conversion = handles.ycbcr_conversion;
    const auto found = [&missing](auto function, const char* name) {
        if (function == nullptr) {
            missing.push_back(text::format("the device has no {} (Vulkan 1.1)", name));
        }
        return function;
    };
#define PARALLAX_LOAD(name)                                                                        \
    device->name = found(reinterpret_cast<PFN_vk##name>(                                           \
                             handles.get_instance_proc_addr(handles.instance, "vk" #name)),        \
                         "vk" #name);
    PARALLAX_INSTANCE_FUNCTIONS(PARALLAX_LOAD)
#undef PARALLAX_LOAD
    if (device->GetDeviceProcAddr == nullptr) {
        return std::unexpected(std::move(missing));
    }
#define PARALLAX_LOAD(name)                                                                        \
    device->name = found(                                                                          \
        reinterpret_cast<PFN_vk##name>(device->GetDeviceProcAddr(handles.device, "vk" #name)),     \
        "vk" #name);
    PARALLAX_DEVICE_FUNCTIONS(PARALLAX_LOAD)
    if (contains(handles.extensions, VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME)) {
        PARALLAX_SEMAPHORE_FUNCTIONS(PARALLAX_LOAD)
    }
#undef PARALLAX_LOAD
    if (!missing.empty()) {
        return std::unexpected(std::move(missing));
    }

    if (contains(handles.extensions, VK_EXT_QUEUE_FAMILY_FOREIGN_EXTENSION_NAME)) {
        device->foreign_family = VK_QUEUE_FAMILY_FOREIGN_EXT;
    }
    device->has_modifiers =
        contains(handles.extensions, VK_EXT_IMAGE_DRM_FORMAT_MODIFIER_EXTENSION_NAME);
    device->offers_modifiers =
        device->has_modifiers ||
        contains(offered_extensions(device->EnumerateDeviceExtensionProperties, handles.physical),
                 VK_EXT_IMAGE_DRM_FORMAT_MODIFIER_EXTENSION_NAME);
    VkPhysicalDeviceProperties properties;
    device->GetPhysicalDeviceProperties(handles.physical, &properties);
    device->lavapipe = std::string_view(properties.deviceName).starts_with("llvmpipe");
    device->semaphore_refusals = parallax::semaphore_refusals(handles, *device);
    return Importer(std::move(device));
}

const Reasons& Importer::semaphore_refusals() const noexcept {
    return loaded_->semaphore_refusals;
}

} // namespace parallax
