// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image_layout.hpp"
#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/vk.hpp"

#include <cstdint>
#include <optional>

namespace parallax {

/// What the driver wants of memory, from vkGetImage- or vkGetBufferMemoryRequirements2.
struct MemoryNeeds {
    std::uint64_t size = 0;      ///< bytes; often more than the pixels take
    std::uint64_t alignment = 1; ///< bytes
    std::uint32_t type_bits = 0; ///< memory types that will do
    bool dedicated = false;      ///< wants, or demands, an allocation of its own

    bool operator==(const MemoryNeeds&) const = default;
};

/// One way to make an image of foreign memory, as far as the driver went along with it. The
/// members are in the order of asking; from the first refusal on they keep their defaults.
struct ImageAnswer {
    bool offered = false; ///< the extension is there, and lists this format with this tiling
    vk::FormatFeatureFlags features;              ///< of the format with this tiling
    vk::Result supported = vk::Result::eNotReady; ///< of GetPhysicalDeviceImageFormatProperties2
    vk::Extent2D largest;                         ///< extent that the device takes
    vk::ExternalMemoryFeatureFlags external;      ///< for dma-buf handles
    vk::Result created = vk::Result::eNotReady;   ///< of vkCreateImage, on trial
    std::uint64_t offset = 0;                     ///< of the first pixel, bytes
    std::uint64_t stride = 0;                     ///< that the driver took or chose, bytes
    MemoryNeeds memory;                           ///< what it wants, if it was created
};

/// The same for a plain buffer, which any GPU can copy from.
struct BufferAnswer {
    vk::ExternalMemoryFeatureFlags external;    ///< for dma-buf handles
    vk::Result created = vk::Result::eNotReady; ///< of vkCreateBuffer, on trial
    MemoryNeeds memory;                         ///< what it wants, if it was created
};

/// What an image is wanted for.
struct ImageRequest {
    Extent extent;                       ///< pixels
    const PixelFormat* format = nullptr; ///< a row of the table, never null
    /// Where the pixels lie already, when the memory exists and its layout is fixed; otherwise the
    /// driver's wishes come first.
    std::optional<ImageLayout> fixed = std::nullopt;
};

/// Everything that deciding on a way to import takes. A value: tests make them up.
struct DriverAnswers {
    ImageAnswer modifier; ///< an image with the explicit DRM format modifier LINEAR
    ImageAnswer linear;   ///< an image with VK_IMAGE_TILING_LINEAR, its layout the driver's choice
    BufferAnswer buffer;  ///< a buffer, to copy the image from
    vk::FormatFeatureFlags optimal; ///< what the format can do in the GPU's own memory
};

/// What an imported image is used for, as far as its features allow; sampling always.
[[nodiscard]] vk::ImageUsageFlags usage_for(vk::FormatFeatureFlags features);

/// Asks the driver. Creates images and a buffer on trial, without memory, and destroys them.
/// A refusal is an answer, not an error.
/// @throws vk::SystemError only where the device fails at something it must be able to do.
[[nodiscard]] DriverAnswers ask_driver(const Context& context, const ImageRequest& request);

} // namespace parallax
