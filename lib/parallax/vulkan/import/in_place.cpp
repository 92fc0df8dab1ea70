// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import/in_place.hpp"

#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/import/barriers.hpp"
#include "parallax/vulkan/import/memory.hpp"
#include "parallax/vulkan/import/objects.hpp"

#include <utility>

namespace parallax::detail {
namespace {

VkImageTiling tiling_of(ImportMethod method) {
    switch (method) {
    case ImportMethod::modifier:
        return VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT;
    case ImportMethod::linear:
        return VK_IMAGE_TILING_LINEAR;
    case ImportMethod::buffer: // has no image in the foreign memory
        break;
    }
    std::unreachable();
}

} // namespace

std::expected<std::unique_ptr<ImportedImage>, std::string>
InPlace::import(const SharedDevice& device, const ImportPlan& plan, const DmaBuf& buffer) {
    Owned<VkImage> image =
        create_image(*device, {.format = vulkan_format(plan.layout.fourcc).format,
                               .extent = plan.layout.extent,
                               .tiling = tiling_of(plan.method),
                               .usage = plan.usage,
                               .offset = plan.layout.planes[0].offset,
                               .stride = plan.layout.planes[0].stride});
    auto memory = import_memory(
        *device, buffer, memory_needs(*device, image.get()),
        {.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, .image = image.get()});
    if (!memory) {
        return std::unexpected(memory.error());
    }
    // The plane's offset is relative to the binding, so the image is bound at 0.
    check(device->BindImageMemory(device->device, image.get(), memory->get(), 0),
          "vkBindImageMemory");
    return std::unique_ptr<ImportedImage>(
        new InPlace(device, plan, std::move(image), *std::move(memory)));
}

InPlace::InPlace(SharedDevice device, const ImportPlan& plan, Owned<VkImage> image,
                 Owned<VkDeviceMemory> memory)
    : device_(std::move(device)),
      extent_{plan.layout.extent.width, plan.layout.extent.height, 1},
      owned_memory_(std::move(memory)),
      owned_image_(std::move(image)),
      owned_view_(create_view(*device_, owned_image_.get(), vulkan_format(plan.layout.fourcc))) {
    image_ = owned_image_.get();
    format_ = vulkan_format(plan.layout.fourcc).format;
    usage_ = plan.usage;
    components_ = vulkan_format(plan.layout.fourcc).components;
    memory_ = owned_memory_.get();
    view_ = owned_view_.get();
}

VkImageMemoryBarrier InPlace::barrier(std::uint32_t from, std::uint32_t to) const {
    return {.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
            .srcAccessMask = any_access,
            .dstAccessMask = any_access,
            .oldLayout = layout(),
            .newLayout = layout(),
            .srcQueueFamilyIndex = from,
            .dstQueueFamilyIndex = to,
            .image = image_,
            .subresourceRange = whole_colour};
}

void InPlace::acquire(VkCommandBuffer commands) {
    VkImageMemoryBarrier to_us = barrier(device_->foreign_family, device_->queue_family);
    to_us.srcAccessMask = 0;
    // UNDEFINED is the only initial layout that Vulkan permits for an image in external memory. The
    // first acquire changes it; a linear image has no metadata that this could reset, so the pixels
    // are kept.
    to_us.oldLayout = std::exchange(now_, layout());
    device_->CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                                VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 0, nullptr, 0, nullptr, 1,
                                &to_us);
}

void InPlace::release(VkCommandBuffer commands) {
    VkImageMemoryBarrier to_others = barrier(device_->queue_family, device_->foreign_family);
    to_others.dstAccessMask = 0;
    device_->CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, nothing_after, 0, 0,
                                nullptr, 0, nullptr, 1, &to_others);
}

void InPlace::store(VkCommandBuffer commands, VkImage source) {
    // The readers in this submission must be done before their memory is written.
    VkImageMemoryBarrier before_write = barrier(VK_QUEUE_FAMILY_IGNORED, VK_QUEUE_FAMILY_IGNORED);
    before_write.dstAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
    device_->CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                                VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, nullptr, 0, nullptr, 1,
                                &before_write);
    const VkImageCopy region{
        .srcSubresource = first_layer, .dstSubresource = first_layer, .extent = extent_};
    device_->CmdCopyImage(commands, source, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, image_, layout(),
                          1, &region);
}

bool InPlace::can_store() const noexcept {
    return (usage_ & VK_IMAGE_USAGE_TRANSFER_DST_BIT) != 0;
}

} // namespace parallax::detail
