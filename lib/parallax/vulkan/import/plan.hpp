// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/vulkan/device.hpp"

#include <vulkan/vulkan_core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace parallax {

/// The image to import.
struct ImageRequest {
    Extent extent;            ///< pixels
    std::uint32_t fourcc = 0; ///< DRM_FORMAT_..., of one plane
    /// The layout of existing memory, LINEAR; if none, the driver's requirements determine the
    /// layout.
    std::optional<ImageLayout> fixed = std::nullopt;
};

/// Memory requirements, from vkGetImage- or vkGetBufferMemoryRequirements2.
struct MemoryNeeds {
    std::uint64_t size = 0;      ///< bytes; often more than the pixels take
    std::uint64_t alignment = 1; ///< bytes
    std::uint32_t type_bits = 0; ///< permitted memory types
    bool dedicated = false;      ///< prefers or requires a dedicated allocation

    bool operator==(const MemoryNeeds&) const = default;
};

/// The driver's answers on importing memory as an image with one tiling. The members are in the
/// order of asking; from the first refusal on they keep their defaults.
struct ImageAnswer {
    bool offered = false; ///< the extension is enabled, and lists this format with this tiling
    VkFormatFeatureFlags features = 0;         ///< of the format with this tiling
    VkResult supported = VK_NOT_READY;         ///< of GetPhysicalDeviceImageFormatProperties2
    VkExtent2D largest{};                      ///< extent that the device takes
    VkExternalMemoryFeatureFlags external = 0; ///< for dma-buf handles
    VkResult created = VK_NOT_READY;           ///< of vkCreateImage, on trial
    std::uint64_t offset = 0;                  ///< of the first pixel, bytes
    std::uint64_t stride = 0;                  ///< that the driver accepted or chose, bytes
    MemoryNeeds memory;                        ///< if the image was created
};

/// The same for a buffer, which any GPU can copy from.
struct BufferAnswer {
    VkExternalMemoryFeatureFlags external = 0; ///< for dma-buf handles
    VkResult created = VK_NOT_READY;           ///< of vkCreateBuffer, on trial
    MemoryNeeds memory;                        ///< if the buffer was created
};

/// The input of plan_import(). A value: tests make it up.
struct DriverAnswers {
    ImageAnswer modifier; ///< an image with the explicit DRM format modifier LINEAR
    ImageAnswer linear;   ///< an image with VK_IMAGE_TILING_LINEAR, its layout the driver's choice
    BufferAnswer buffer;  ///< a buffer, to copy the image from
    VkFormatFeatureFlags optimal = 0; ///< features of the format with optimal tiling
    bool lacks_modifiers = false;     ///< the driver has no VK_EXT_image_drm_format_modifier
    bool disabled_modifiers = false;  ///< the driver has it, but it is not enabled
    bool lavapipe = false;            ///< Mesa's driver that renders with the processor
};

/// The import methods, the best first.
enum class ImportMethod {
    modifier, ///< an image with a stated layout: DRM format modifier LINEAR and a stride
    linear,   ///< a linear image with the driver's layout, which the memory must have
    buffer,   ///< a buffer, which the GPU copies into an image that it samples
};

/// From the best to the last.
inline constexpr std::array all_import_methods{ImportMethod::modifier, ImportMethod::linear,
                                               ImportMethod::buffer};

/// "modifier", "linear", "buffer".
[[nodiscard]] std::string_view import_method_name(ImportMethod method) noexcept;
/// The method of that name; nothing if there is none.
[[nodiscard]] std::optional<ImportMethod> find_import_method(std::string_view name) noexcept;

/// A method that cannot be used, and every reason, with its numbers.
struct Refusal {
    ImportMethod method; ///< that cannot be used
    Reasons reasons;     ///< never empty
};

/// The method for importing one image, its layout and its memory requirements. A value.
struct ImportPlan {
    ImportMethod method = ImportMethod::buffer; ///< the best one that can be used
    ImageLayout layout;                         ///< required of the pixels
    VkImageUsageFlags usage = 0;                ///< of the image that is sampled
    MemoryNeeds memory;                         ///< the driver's requirements
    std::vector<Refusal> refused = {};          ///< better methods that cannot be used

    /// Bytes to allocate: the driver's requirement or the size of the layout, the larger of both.
    [[nodiscard]] std::uint64_t buffer_size() const { return std::max(memory.size, layout.size()); }
};

/// Asks the driver for its answers to a request. Creates images and a buffer on trial, without
/// memory, and destroys them. A refusal is an answer, not an error.
[[nodiscard]] DriverAnswers ask_driver(const Importer& importer, const ImageRequest& request);

/// Chooses the import method. A pure function: no device is asked.
/// @param only    the only method to consider; all if none.
/// @param refused methods that are not considered, because the driver refused their import: the
///                refusals of the former plan and that of its method.
/// @return the plan, or every refusal of every method considered.
[[nodiscard]] std::expected<ImportPlan, std::vector<Refusal>>
plan_import(const DriverAnswers& answers, const ImageRequest& request,
            std::optional<ImportMethod> only = std::nullopt, std::vector<Refusal> refused = {});

/// "modifier: ...", one line for each reason, with its method; for people.
[[nodiscard]] Reasons describe(const std::vector<Refusal>& refused);

} // namespace parallax
