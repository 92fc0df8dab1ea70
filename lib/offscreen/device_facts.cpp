// SPDX-License-Identifier: MIT
#include "offscreen/device_facts.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <cstring>

namespace parallax {
namespace {

using Extensions = std::vector<vk::ExtensionProperties>;

bool has(const Extensions& extensions, const char* name) {
    return std::ranges::any_of(extensions, [name](const vk::ExtensionProperties& extension) {
        return std::strcmp(extension.extensionName, name) == 0;
    });
}

vk::ExternalSemaphoreFeatureFlags sync_fd_features(const vk::raii::PhysicalDevice& device) {
    return device
        .getExternalSemaphoreProperties(
            {.handleType = vk::ExternalSemaphoreHandleTypeFlagBits::eSyncFd})
        .externalSemaphoreFeatures;
}

Reasons refusals(const vk::raii::PhysicalDevice& device, vk::DriverId driver,
                 const DeviceFacts& facts, const Extensions& extensions) {
    Reasons reasons;
    if (facts.api_version < VK_API_VERSION_1_3) {
        reasons.push_back(text::format("offers Vulkan {}, and Parallax needs 1.3",
                                       version_text(facts.api_version)));
        return reasons; // what follows may only be asked of 1.3
    }
    if (!has(extensions, VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME)) {
        reasons.emplace_back("has no VK_KHR_external_memory_fd: cannot import memory by fd");
    }
    if (!facts.dma_buf) {
        reasons.push_back(without_dma_buf(driver));
    }
    if (!find_queue_family(device)) {
        reasons.emplace_back("has no queue family for graphics and compute");
    }
    const auto features =
        device.getFeatures2<vk::PhysicalDeviceFeatures2, vk::PhysicalDeviceVulkan13Features>();
    const auto& features13 = features.get<vk::PhysicalDeviceVulkan13Features>();
    if (!features13.dynamicRendering || !features13.synchronization2) {
        reasons.emplace_back("lacks dynamicRendering or synchronization2");
    }
    return reasons;
}

} // namespace

DeviceFacts device_facts(const vk::raii::PhysicalDevice& device) {
    const auto properties =
        device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceDriverProperties>();
    const auto& base = properties.get<vk::PhysicalDeviceProperties2>().properties;
    const auto& driver = properties.get<vk::PhysicalDeviceDriverProperties>();

    DeviceFacts facts{
        .name = printable(base.deviceName.data()),
        .driver =
            printable(text::format("{} {}", driver.driverName.data(), driver.driverInfo.data())),
        .type = vk::to_string(base.deviceType),
        .api_version = base.apiVersion,
    };
    Extensions extensions;
    try {
        extensions = device.enumerateDeviceExtensionProperties();
    } catch (const vk::SystemError& error) {
        facts.refusals.push_back(text::format("cannot tell its extensions ({})", error.what()));
        return facts;
    }
    facts.dma_buf = has(extensions, VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME);
    facts.modifiers = has(extensions, VK_EXT_IMAGE_DRM_FORMAT_MODIFIER_EXTENSION_NAME);
    facts.foreign_queue = has(extensions, VK_EXT_QUEUE_FAMILY_FOREIGN_EXTENSION_NAME);
    facts.host_pointer = has(extensions, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
    facts.ycbcr_conversion = device
                                 .getFeatures2<vk::PhysicalDeviceFeatures2,
                                               vk::PhysicalDeviceSamplerYcbcrConversionFeatures>()
                                 .get<vk::PhysicalDeviceSamplerYcbcrConversionFeatures>()
                                 .samplerYcbcrConversion == VK_TRUE;
    facts.swapchain = has(extensions, VK_KHR_SWAPCHAIN_EXTENSION_NAME);
    facts.incremental_present = has(extensions, VK_KHR_INCREMENTAL_PRESENT_EXTENSION_NAME);
    if (has(extensions, VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME)) {
        const auto features = sync_fd_features(device);
        using Bit = vk::ExternalSemaphoreFeatureFlagBits;
        facts.sync_fd_import = static_cast<bool>(features & Bit::eImportable);
        facts.sync_fd_export = static_cast<bool>(features & Bit::eExportable);
    }
    facts.refusals = refusals(device, driver.driverID, facts, extensions);
    return facts;
}

std::string without_dma_buf(vk::DriverId driver) {
    const std::string what = "has no VK_EXT_external_memory_dma_buf: cannot import dma-bufs";
    switch (driver) {
    case vk::DriverId::eMesaLlvmpipe:
        return what + "; lavapipe has it after Mesa 22.3";
    case vk::DriverId::eNvidiaProprietary:
        return what + "; NVIDIA's driver has it from 515.48 on, if nvidia-drm is loaded with "
                      "modeset=1: sudo modprobe nvidia-drm modeset=1";
    default:
        return what;
    }
}

std::optional<std::uint32_t> find_queue_family(const vk::raii::PhysicalDevice& device,
                                               vk::SurfaceKHR surface) {
    constexpr auto wanted = vk::QueueFlagBits::eGraphics | vk::QueueFlagBits::eCompute;
    const auto families = device.getQueueFamilyProperties();
    for (std::uint32_t family = 0; family < families.size(); ++family) {
        if ((families[family].queueFlags & wanted) == wanted &&
            (!surface || device.getSurfaceSupportKHR(family, surface))) {
            return family;
        }
    }
    return std::nullopt;
}

std::string version_text(std::uint32_t version) {
    return text::format("{}.{}.{}", VK_API_VERSION_MAJOR(version), VK_API_VERSION_MINOR(version),
                        VK_API_VERSION_PATCH(version));
}

} // namespace parallax
