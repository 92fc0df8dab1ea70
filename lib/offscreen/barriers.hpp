// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/vk.hpp"

namespace parallax {

/// The only level and layer of a colour image, for views and barriers.
inline constexpr vk::ImageSubresourceRange whole_colour{vk::ImageAspectFlagBits::eColor, 0, 1, 0,
                                                        1};
/// The same, for copies.
inline constexpr vk::ImageSubresourceLayers first_layer{vk::ImageAspectFlagBits::eColor, 0, 0, 1};

/// A point in the GPU's work: which stages, and what they do to memory.
struct Scope {
    vk::PipelineStageFlags2 stages; ///< of the pipeline
    vk::AccessFlags2 access;        ///< to memory
};

/// Scopes that the project uses, by name.
namespace scope {
/// Shorter names for long types.
using Stage = vk::PipelineStageFlagBits2;
/// Shorter names for long types.
using Access = vk::AccessFlagBits2;
/// Nothing: no work before, or none after.
inline constexpr Scope nothing{.stages = Stage::eNone, .access = Access::eNone};
/// A fragment shader samples.
inline constexpr Scope sampling{.stages = Stage::eFragmentShader | Stage::eComputeShader,
                                .access = Access::eShaderSampledRead};
/// A compute shader reads and writes.
inline constexpr Scope computing{.stages = Stage::eComputeShader,
                                 .access =
                                     Access::eShaderStorageRead | Access::eShaderStorageWrite};
/// A colour attachment is drawn into.
inline constexpr Scope drawing{.stages = Stage::eColorAttachmentOutput,
                               .access = Access::eColorAttachmentWrite};
/// A copy reads.
inline constexpr Scope copy_read{.stages = Stage::eCopy, .access = Access::eTransferRead};
/// A copy writes.
inline constexpr Scope copy_write{.stages = Stage::eCopy, .access = Access::eTransferWrite};
/// The CPU reads.
inline constexpr Scope host_read{.stages = Stage::eHost, .access = Access::eHostRead};
} // namespace scope

/// The layouts before and after a barrier.
struct LayoutChange {
    vk::ImageLayout from; ///< before
    vk::ImageLayout to;   ///< after
};

/// Records a barrier for a whole colour image.
inline void image_barrier(const vk::raii::CommandBuffer& commands, vk::Image image,
                          LayoutChange layout, Scope before, Scope after) {
    const vk::ImageMemoryBarrier2 barrier{.srcStageMask = before.stages,
                                          .srcAccessMask = before.access,
                                          .dstStageMask = after.stages,
                                          .dstAccessMask = after.access,
                                          .oldLayout = layout.from,
                                          .newLayout = layout.to,
                                          .srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
                                          .dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
                                          .image = image,
                                          .subresourceRange = whole_colour};
    commands.pipelineBarrier2({.imageMemoryBarrierCount = 1, .pImageMemoryBarriers = &barrier});
}

/// The same for a whole buffer.
inline void buffer_barrier(const vk::raii::CommandBuffer& commands, vk::Buffer buffer, Scope before,
                           Scope after) {
    const vk::BufferMemoryBarrier2 barrier{.srcStageMask = before.stages,
                                           .srcAccessMask = before.access,
                                           .dstStageMask = after.stages,
                                           .dstAccessMask = after.access,
                                           .srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
                                           .dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
                                           .buffer = buffer,
                                           .offset = 0,
                                           .size = VK_WHOLE_SIZE};
    commands.pipelineBarrier2({.bufferMemoryBarrierCount = 1, .pBufferMemoryBarriers = &barrier});
}

/// Records a copy into an image that shaders sample, before and after.
/// @param now its layout; if undefined, its content is lost but for the regions.
inline void copy_to_sampled(const vk::raii::CommandBuffer& commands, vk::Buffer from, vk::Image to,
                            const vk::ArrayProxy<const vk::BufferImageCopy>& regions,
                            vk::ImageLayout now = vk::ImageLayout::eUndefined) {
    constexpr auto copying = vk::ImageLayout::eTransferDstOptimal;
    image_barrier(commands, to, {now, copying}, scope::sampling, scope::copy_write);
    commands.copyBufferToImage(from, to, copying, regions);
    image_barrier(commands, to, {copying, vk::ImageLayout::eShaderReadOnlyOptimal},
                  scope::copy_write, scope::sampling);
}

/// Records a copy of a whole image, which is in the layout for that, into memory that the CPU
/// reads.
inline void copy_to_host(const vk::raii::CommandBuffer& commands, vk::Image from,
                         vk::Extent2D extent, vk::Buffer to) {
    commands.copyImageToBuffer(
        from, vk::ImageLayout::eTransferSrcOptimal, to,
        vk::BufferImageCopy{.imageSubresource = first_layer,
                            .imageExtent = {extent.width, extent.height, 1}});
    buffer_barrier(commands, to, scope::copy_write, scope::host_read);
}

} // namespace parallax
