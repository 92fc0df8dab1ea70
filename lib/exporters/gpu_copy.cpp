// SPDX-License-Identifier: MIT
#include "exporters/gpu_copy.hpp"

#include "offscreen/barriers.hpp"
#include "offscreen/submission.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/vulkan/loaded_device.hpp"

#include <format>
#include <utility>

namespace parallax {
namespace {

/// The use of an image by this device, between uses by others.
class Turn {
public:
    /// Records the acquisition of the image for the use, and its release at the end of this object.
    Turn(const Context& context, const vk::raii::CommandBuffer& commands, vk::Image image,
         vk::ImageLayout use, Scope work, vk::ImageLayout before = vk::ImageLayout::eGeneral)
        : commands_(commands),
          image_(image),
          use_(use),
          scope_(work),
          own_(context.queue_family()),
          foreign_(context.importer().loaded()->foreign_family) {
        barrier({before, use_}, {foreign_, own_}, scope::nothing, scope_);
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        barrier({use_, vk::ImageLayout::eGeneral}, {own_, foreign_}, scope_, scope::nothing);
    }

private:
    struct Families {
        std::uint32_t from;
        std::uint32_t to;
    };

    void barrier(LayoutChange layout, Families families, Scope before, Scope after) const {
        const bool is_first = layout.from == vk::ImageLayout::eUndefined; // nobody had it before
        const vk::ImageMemoryBarrier2 info{
            .srcStageMask = before.stages,
            .srcAccessMask = before.access,
            .dstStageMask = after.stages,
            .dstAccessMask = after.access,
            .oldLayout = layout.from,
            .newLayout = layout.to,
            .srcQueueFamilyIndex = is_first ? VK_QUEUE_FAMILY_IGNORED : families.from,
            .dstQueueFamilyIndex = is_first ? VK_QUEUE_FAMILY_IGNORED : families.to,
            .image = image_,
            .subresourceRange = whole_colour};
        commands_.pipelineBarrier2({.imageMemoryBarrierCount = 1, .pImageMemoryBarriers = &info});
    }

    const vk::raii::CommandBuffer& commands_;
    vk::Image image_;
    vk::ImageLayout use_;
    Scope scope_;
    std::uint32_t own_;
    std::uint32_t foreign_;
};

constexpr Scope clearing{.stages = scope::Stage::eClear, .access = scope::Access::eTransferWrite};

vk::BufferImageCopy whole(const ImageLayout& layout) {
    return {.imageSubresource = first_layer,
            .imageExtent = {layout.extent.width, layout.extent.height, 1}};
}

} // namespace

GpuCopy::GpuCopy(std::shared_ptr<const ExportingDevice> device, vk::raii::DeviceMemory memory,
                 vk::raii::Image image, DmaBuf buffer, const ImageLayout& layout)
    : device_(std::move(device)),
      memory_(std::move(memory)),
      image_(std::move(image)),
      buffer_(std::move(buffer)),
      packed_(packed_layout(layout.extent, layout.fourcc, layout.row_bytes())),
      staging_(device_->context->allocator(), packed_.size(),
               vk::BufferUsageFlagBits::eTransferSrc | vk::BufferUsageFlagBits::eTransferDst,
               MemoryUse::readback),
      name_("a copy by " + device_->context->facts().name) {
    constexpr auto use = vk::ImageLayout::eTransferDstOptimal;
    device_->context->run([&](const vk::raii::CommandBuffer& commands) {
        const Turn turn(*device_->context, commands, *image_, use, clearing,
                        vk::ImageLayout::eUndefined);
        commands.clearColorImage(*image_, use, vk::ClearColorValue{}, whole_colour);
    });
}

void GpuCopy::write(const Picture& picture) {
    write_pixels(picture, packed_, staging_.bytes());
    staging_.flush();
    constexpr auto use = vk::ImageLayout::eTransferDstOptimal;
    const Context& context = *device_->context;
    Submission::submit(context, buffer_, Access::write, [&](const auto& commands) {
        const Turn turn(context, commands, *image_, use, scope::copy_write);
        commands.copyBufferToImage(staging_.handle(), *image_, use, whole(packed_));
    }).wait();
}

Picture GpuCopy::read() const {
    constexpr auto use = vk::ImageLayout::eTransferSrcOptimal;
    const Context& context = *device_->context;
    Submission::submit(context, buffer_, Access::read, [&](const auto& commands) {
        {
            const Turn turn(context, commands, *image_, use, scope::copy_read);
            commands.copyImageToBuffer(*image_, use, staging_.handle(), whole(packed_));
        }
        buffer_barrier(commands, staging_.handle(), scope::copy_write, scope::host_read);
    }).wait();
    staging_.invalidate();
    return read_pixels(packed_, staging_.bytes());
}

} // namespace parallax
