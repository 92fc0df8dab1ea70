// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image_layout.hpp"
#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/driver_answers.hpp"
#include "parallax/vulkan/vk.hpp"

#include <cstdint>

namespace parallax {

/// What vkCreateImage is asked for. With the modifier tiling, a stride of 0 lets the driver choose.
struct ImageSpec {
    vk::Format format = vk::Format::eUndefined;        ///< with the same bytes as the memory
    Extent extent;                                     ///< pixels
    vk::ImageTiling tiling = vk::ImageTiling::eLinear; ///< linear, or by modifier
    vk::ImageUsageFlags usage;                         ///< what the image is used for
    std::uint64_t offset = 0;                          ///< bytes to the first pixel
    std::uint64_t stride = 0;                          ///< bytes from row to row
};

/// What an imported buffer is used for: the GPU copies from it and to it.
inline constexpr vk::BufferUsageFlags imported_buffer_usage =
    vk::BufferUsageFlagBits::eTransferSrc | vk::BufferUsageFlagBits::eTransferDst;

/// An image without memory yet, ready to be bound to an imported dma-buf.
/// @throws vk::SystemError with the driver's refusal.
[[nodiscard]] vk::raii::Image create_image(const Context& context, const ImageSpec& spec);

/// The same for a buffer of @p size bytes.
/// @throws vk::SystemError with the driver's refusal.
[[nodiscard]] vk::raii::Buffer create_buffer(const Context& context, std::uint64_t size);

/// What the driver wants of memory for that image.
[[nodiscard]] MemoryNeeds memory_needs(const Context& context, vk::Image image);
/// What the driver wants of memory for that buffer.
[[nodiscard]] MemoryNeeds memory_needs(const Context& context, vk::Buffer buffer);

} // namespace parallax
