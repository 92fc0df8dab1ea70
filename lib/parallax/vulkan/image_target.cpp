// SPDX-License-Identifier: MIT
#include "parallax/vulkan/image_target.hpp"

#include "parallax/painter.hpp"
#include "parallax/vulkan/barriers.hpp"
#include "parallax/vulkan/formats.hpp"

namespace parallax {

ImageTarget::ImageTarget(const Context& context, Extent extent, const PixelFormat& format)
    : layout_{.extent = extent,
              .format = &format,
              .stride = std::uint64_t{extent.width} * format.bytes},
      image_(context.allocator(), context.device(), vulkan_format(format).format,
             {extent.width, extent.height},
             vk::ImageUsageFlagBits::eColorAttachment | vk::ImageUsageFlagBits::eTransferSrc),
      readback_(context.allocator(), layout_.size(), vk::BufferUsageFlagBits::eTransferDst,
                MemoryUse::readback) {}

void ImageTarget::begin(const vk::raii::CommandBuffer& commands) const {
    image_barrier(commands, image_.handle(),
                  {vk::ImageLayout::eUndefined, vk::ImageLayout::eColorAttachmentOptimal},
                  scope::copy_read, scope::drawing);
}

void ImageTarget::finish(const vk::raii::CommandBuffer& commands) const {
    image_barrier(commands, image_.handle(),
                  {vk::ImageLayout::eColorAttachmentOptimal, vk::ImageLayout::eTransferSrcOptimal},
                  scope::drawing, scope::copy_read);
}

void ImageTarget::copy_out(const vk::raii::CommandBuffer& commands) const {
    const vk::BufferImageCopy region{
        .imageSubresource = first_layer,
        .imageExtent = {layout_.extent.width, layout_.extent.height, 1}};
    commands.copyImageToBuffer(image_.handle(), vk::ImageLayout::eTransferSrcOptimal,
                               readback_.handle(), region);
    buffer_barrier(commands, readback_.handle(), scope::copy_write, scope::host_read);
}

Picture ImageTarget::read() const {
    readback_.invalidate();
    return view(layout_, readback_.bytes());
}

} // namespace parallax
