// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import/from_buffer.hpp"

#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/import/barriers.hpp"
#include "parallax/vulkan/import/memory.hpp"
#include "parallax/vulkan/import/objects.hpp"

#include <bit>

namespace parallax::detail {
namespace {

/// An image for the GPU's own memory, not bound yet.
Owned<VkImage> create_own_image(const LoadedDevice& device, const ImageLayout& layout,
                                VkImageUsageFlags usage) {
    const VkFormat format = vulkan_format(layout.fourcc).format;
    const VkImageCreateInfo info{.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
                                 .imageType = VK_IMAGE_TYPE_2D,
                                 .format = format,
                                 .extent = {layout.extent.width, layout.extent.height, 1},
                                 .mipLevels = 1,
                                 .arrayLayers = 1,
                                 .samples = VK_SAMPLE_COUNT_1_BIT,
                                 .tiling = VK_IMAGE_TILING_OPTIMAL,
                                 .usage = usage,
                                 .initialLayout = VK_IMAGE_LAYOUT_UNDEFINED};
    VkImage image = VK_NULL_HANDLE;
    check(device.CreateImage(device.device, &info, nullptr, &image), "vkCreateImage");
    return {device.device, image, device.DestroyImage};
}

/// Memory for that image, bound to it: device-local if available.
Owned<VkDeviceMemory> allocate_for(const LoadedDevice& device, VkImage image) {
    VkPhysicalDeviceMemoryProperties memories;
    device.GetPhysicalDeviceMemoryProperties(device.physical, &memories);
    const MemoryNeeds needs = memory_needs(device, image);
    std::uint32_t local = 0;
    for (std::uint32_t type = 0; type < memories.memoryTypeCount; ++type) {
        if ((memories.memoryTypes[type].propertyFlags & VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT) != 0) {
            local |= 1U << type;
        }
    }
    const std::uint32_t best = needs.type_bits & local;
    const VkMemoryDedicatedAllocateInfo dedicated{
        .sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, .image = image};
    const VkMemoryAllocateInfo info{.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                    .pNext = needs.dedicated ? &dedicated : nullptr,
                                    .allocationSize = needs.size,
                                    .memoryTypeIndex = static_cast<std::uint32_t>(
                                        std::countr_zero(best != 0 ? best : needs.type_bits))};
    VkDeviceMemory memory = VK_NULL_HANDLE;
    check(device.AllocateMemory(device.device, &info, nullptr, &memory), "vkAllocateMemory");
    Owned<VkDeviceMemory> owned(device.device, memory, device.FreeMemory);
    check(device.BindImageMemory(device.device, image, memory, 0), "vkBindImageMemory");
    return owned;
}

} // namespace

std::expected<std::unique_ptr<ImportedImage>, std::string>
FromBuffer::import(const SharedDevice& device, const ImportPlan& plan, const DmaBuf& buffer) {
    Owned<VkBuffer> foreign = create_buffer(*device, plan.layout.size());
    auto memory = import_memory(
        *device, buffer, memory_needs(*device, foreign.get()),
        {.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, .buffer = foreign.get()});
    if (!memory) {
        return std::unexpected(memory.error());
    }
    check(device->BindBufferMemory(device->device, foreign.get(), memory->get(), 0),
          "vkBindBufferMemory");
    return std::unique_ptr<ImportedImage>(
        new FromBuffer(device, plan, std::move(foreign), *std::move(memory)));
}

FromBuffer::FromBuffer(SharedDevice device, const ImportPlan& plan, Owned<VkBuffer> buffer,
                       Owned<VkDeviceMemory> memory)
    : device_(std::move(device)),
      rows_{.bufferOffset = plan.layout.planes[0].offset,
            // In pixels; plan_import() has checked that the stride is a multiple of a pixel.
            .bufferRowLength = static_cast<std::uint32_t>(plan.layout.planes[0].stride /
                                                          plan.layout.format().bytes()),
            .imageSubresource = first_layer,
            .imageExtent = {plan.layout.extent.width, plan.layout.extent.height, 1}},
      foreign_memory_(std::move(memory)),
      foreign_(std::move(buffer)),
      own_(create_own_image(*device_, plan.layout, plan.usage)) {
    own_memory_ = allocate_for(*device_, own_.get());
    own_view_ = create_view(*device_, own_.get(), vulkan_format(plan.layout.fourcc));
    image_ = own_.get();
    format_ = vulkan_format(plan.layout.fourcc).format;
    usage_ = plan.usage;
    components_ = vulkan_format(plan.layout.fourcc).components;
    memory_ = foreign_memory_.get();
    view_ = own_view_.get();
}

VkBufferMemoryBarrier FromBuffer::barrier(std::uint32_t from, std::uint32_t to) const {
    return {.sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER,
            .srcAccessMask = copies,
            .dstAccessMask = copies,
            .srcQueueFamilyIndex = from,
            .dstQueueFamilyIndex = to,
            .buffer = foreign_.get(),
            .size = VK_WHOLE_SIZE};
}

void FromBuffer::acquire(VkCommandBuffer commands) {
    VkBufferMemoryBarrier to_us = barrier(device_->foreign_family, device_->queue_family);
    to_us.srcAccessMask = 0;
    // The image's former content is discarded; only earlier readers must be done with it.
    VkImageMemoryBarrier own{.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
                             .srcAccessMask = 0,
                             .dstAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
                             .oldLayout = VK_IMAGE_LAYOUT_UNDEFINED,
                             .newLayout = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                             .srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
                             .dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
                             .image = image_,
                             .subresourceRange = whole_colour};
    device_->CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                                VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, nullptr, 1, &to_us, 1, &own);
    device_->CmdCopyBufferToImage(commands, foreign_.get(), image_,
                                  VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &rows_);
    own.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
    own.dstAccessMask = VK_ACCESS_MEMORY_READ_BIT;
    own.oldLayout = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL;
    own.newLayout = layout();
    device_->CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                                VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 0, nullptr, 0, nullptr, 1,
                                &own);
}

void FromBuffer::release(VkCommandBuffer commands) {
    VkBufferMemoryBarrier to_others = barrier(device_->queue_family, device_->foreign_family);
    to_others.dstAccessMask = 0;
    device_->CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, nothing_after, 0, 0,
                                nullptr, 1, &to_others, 0, nullptr);
}

void FromBuffer::store(VkCommandBuffer commands, VkImage source) {
    const VkBufferMemoryBarrier after_copy = // that of acquire()
        barrier(VK_QUEUE_FAMILY_IGNORED, VK_QUEUE_FAMILY_IGNORED);
    device_->CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                                VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, nullptr, 1, &after_copy, 0,
                                nullptr);
    device_->CmdCopyImageToBuffer(commands, source, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                                  foreign_.get(), 1, &rows_);
}

} // namespace parallax::detail
