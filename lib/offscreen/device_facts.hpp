// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/vk.hpp"
#include "parallax/error.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace parallax {

/// What one Vulkan device can do with foreign memory, as its driver says. A value.
struct DeviceFacts {
    std::string name;              ///< "llvmpipe (LLVM 19.1.7, 256 bits)"
    std::string driver;            ///< "llvmpipe Mesa 26.1.6"
    std::string type;              ///< "discrete GPU", "CPU", ...
    std::uint32_t api_version = 0; ///< as VK_MAKE_API_VERSION packs it

    bool dma_buf = false;       ///< VK_EXT_external_memory_dma_buf: can import at all
    bool modifiers = false;     ///< VK_EXT_image_drm_format_modifier
    bool foreign_queue = false; ///< VK_EXT_queue_family_foreign: ownership to and from non-Vulkan
    bool host_pointer = false;  ///< VK_EXT_external_memory_host
    bool ycbcr_conversion = false;    ///< the feature samplerYcbcrConversion
    bool sync_fd_import = false;      ///< SYNC_FD semaphores
    bool sync_fd_export = false;      ///< semaphores can be exported as sync_files
    bool swapchain = false;           ///< can present to a window
    bool incremental_present = false; ///< can be told what has changed in the window

    /// Why Parallax cannot use the device; empty when it can.
    Reasons refusals;
};

/// Asks the driver. What it fails at is a refusal.
[[nodiscard]] DeviceFacts device_facts(const vk::raii::PhysicalDevice& device);

/// Why a device without VK_EXT_external_memory_dma_buf is of no use, and what its driver needs to
/// offer it.
[[nodiscard]] std::string without_dma_buf(vk::DriverId driver);

/// The index of the first queue family for graphics and compute that can present to the surface, if
/// one is given.
[[nodiscard]] std::optional<std::uint32_t> find_queue_family(const vk::raii::PhysicalDevice& device,
                                                             vk::SurfaceKHR surface = nullptr);

/// "1.4.354"
[[nodiscard]] std::string version_text(std::uint32_t version);

} // namespace parallax
