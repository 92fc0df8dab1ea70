// SPDX-License-Identifier: MIT
#include "parallax/vulkan/copied_image.hpp"

#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/importable.hpp"
#include "parallax/vulkan/imported_memory.hpp"

namespace parallax {
namespace {

constexpr Scope copying{.stages = vk::PipelineStageFlagBits2::eCopy,
                        .access = vk::AccessFlagBits2::eTransferRead |
                                  vk::AccessFlagBits2::eTransferWrite};

} // namespace

std::expected<std::unique_ptr<ImportedImage>, std::string>
CopiedImage::import(const Context& context, const ImportPlan& plan, const DmaBuf& buffer) {
    vk::raii::Buffer foreign = create_buffer(context, plan.layout.size());
    auto memory = import_memory(context, buffer, plan.memory, {.buffer = foreign});
    if (!memory) {
        return std::unexpected(memory.error());
    }
    foreign.bindMemory(*memory, 0);
    return std::unique_ptr<ImportedImage>(
        new CopiedImage(context, plan, std::move(foreign), *std::move(memory)));
}

CopiedImage::CopiedImage(const Context& context, const ImportPlan& plan, vk::raii::Buffer buffer,
                         vk::raii::DeviceMemory memory)
    : to_us_(plan.transfers_ownership
                 ? Ownership{.from = context.foreign_family(), .to = context.queue_family()}
                 : Ownership{}),
      to_others_{.from = to_us_.to, .to = to_us_.from},
      rows_{.bufferOffset = plan.layout.offset,
            // Counted in pixels; the plan has seen to it that the stride is a multiple of one.
            .bufferRowLength =
                static_cast<std::uint32_t>(plan.layout.stride / plan.layout.format->bytes),
            .imageSubresource = first_layer,
            .imageExtent = {plan.layout.extent.width, plan.layout.extent.height, 1}},
      memory_(std::move(memory)),
      buffer_(std::move(buffer)),
      image_(context.allocator(), context.device(), vulkan_format(*plan.layout.format).format,
             {plan.layout.extent.width, plan.layout.extent.height},
             vk::ImageUsageFlagBits::eSampled | vk::ImageUsageFlagBits::eTransferDst),
      view_(context.device(), {.image = image_.handle(),
                               .viewType = vk::ImageViewType::e2D,
                               .format = image_.format(),
                               .components = vulkan_format(*plan.layout.format).components,
                               .subresourceRange = whole_colour}) {}

void CopiedImage::acquire(const vk::raii::CommandBuffer& commands) {
    buffer_barrier(commands, buffer_, scope::nothing, copying, to_us_);
    // What the image held before is of no interest; only earlier samplers must be done with it.
    image_barrier(commands, image_.handle(),
                  {vk::ImageLayout::eUndefined, vk::ImageLayout::eTransferDstOptimal},
                  scope::sampling, scope::copy_write);
    commands.copyBufferToImage(buffer_, image_.handle(), vk::ImageLayout::eTransferDstOptimal,
                               rows_);
    image_barrier(commands, image_.handle(),
                  {vk::ImageLayout::eTransferDstOptimal, vk::ImageLayout::eShaderReadOnlyOptimal},
                  scope::copy_write, scope::sampling);
}

void CopiedImage::release(const vk::raii::CommandBuffer& commands) {
    buffer_barrier(commands, buffer_, copying, scope::nothing, to_others_);
}

void CopiedImage::store(const vk::raii::CommandBuffer& commands, vk::Image source) {
    buffer_barrier(commands, buffer_, copying, copying); // after the read of acquire()
    commands.copyImageToBuffer(source, vk::ImageLayout::eTransferSrcOptimal, buffer_, rows_);
}

vk::DescriptorImageInfo CopiedImage::view() const noexcept {
    return {.imageView = view_, .imageLayout = vk::ImageLayout::eShaderReadOnlyOptimal};
}

} // namespace parallax
