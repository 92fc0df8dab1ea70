// SPDX-License-Identifier: MIT
#include "offscreen/image_target.hpp"

#include "offscreen/barriers.hpp"
#include "offscreen/formats.hpp"
#include "parallax/image/pixels.hpp"

namespace parallax {

ImageTarget::ImageTarget(const Context& context, Extent extent, std::uint32_t fourcc)
    : layout_(
          packed_layout(extent, fourcc, std::uint64_t{extent.width} * format_of(fourcc).bytes())),
      image_(context.allocator(), context.device(), vk_format(fourcc),
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
    copy_to_host(commands, image_.handle(), image_.extent(), readback_.handle());
}

Picture ImageTarget::read() const {
    readback_.invalidate();
    return read_pixels(layout_, readback_.bytes());
}

} // namespace parallax
