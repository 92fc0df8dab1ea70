// SPDX-License-Identifier: MIT
#include "parallax/vulkan/direct_image.hpp"

#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/importable.hpp"
#include "parallax/vulkan/imported_memory.hpp"

namespace parallax {
namespace {

// GENERAL is the only layout that means anything to users of the memory outside Vulkan, and a
// LINEAR image gains nothing from another.
constexpr vk::ImageLayout shared_layout = vk::ImageLayout::eGeneral;

constexpr Scope any_use{.stages = vk::PipelineStageFlagBits2::eAllCommands,
                        .access =
                            vk::AccessFlagBits2::eMemoryRead | vk::AccessFlagBits2::eMemoryWrite};

} // namespace

std::expected<std::unique_ptr<ImportedImage>, std::string>
DirectImage::import(const Context& context, const ImportPlan& plan, const DmaBuf& buffer) {
    vk::raii::Image image = create_image(
        context, {.format = vulkan_format(*plan.layout.format).format,
                  .extent = plan.layout.extent,
                  .tiling = plan.rung == Rung::modifier ? vk::ImageTiling::eDrmFormatModifierEXT
                                                        : vk::ImageTiling::eLinear,
                  .usage = plan.usage,
                  .offset = plan.layout.offset,
                  .stride = plan.layout.stride});
    auto memory = import_memory(context, buffer, plan.memory, {.image = image});
    if (!memory) {
        return std::unexpected(memory.error());
    }
    // The plane's offset counts from where the image is bound, so the image is bound at 0.
    image.bindMemory(*memory, 0);
    return std::unique_ptr<ImportedImage>(
        new DirectImage(context, plan, std::move(image), *std::move(memory)));
}

DirectImage::DirectImage(const Context& context, const ImportPlan& plan, vk::raii::Image image,
                         vk::raii::DeviceMemory memory)
    : to_us_(plan.transfers_ownership
                 ? Ownership{.from = context.foreign_family(), .to = context.queue_family()}
                 : Ownership{}),
      to_others_{.from = to_us_.to, .to = to_us_.from},
      usage_(plan.usage),
      extent_{plan.layout.extent.width, plan.layout.extent.height, 1},
      memory_(std::move(memory)),
      image_(std::move(image)),
      view_(context.device(), {.image = image_,
                               .viewType = vk::ImageViewType::e2D,
                               .format = vulkan_format(*plan.layout.format).format,
                               .components = vulkan_format(*plan.layout.format).components,
                               .subresourceRange = whole_colour}) {}

void DirectImage::acquire(const vk::raii::CommandBuffer& commands) {
    image_barrier(commands, image_, {shared_layout, shared_layout}, scope::nothing, any_use,
                  to_us_);
}

void DirectImage::release(const vk::raii::CommandBuffer& commands) {
    image_barrier(commands, image_, {shared_layout, shared_layout}, any_use, scope::nothing,
                  to_others_);
}

void DirectImage::store(const vk::raii::CommandBuffer& commands, vk::Image source) {
    // The samplers of this submission must be done before their memory is written.
    image_barrier(commands, image_, {shared_layout, shared_layout}, scope::sampling,
                  scope::copy_write);
    const vk::ImageCopy region{
        .srcSubresource = first_layer, .dstSubresource = first_layer, .extent = extent_};
    commands.copyImage(source, vk::ImageLayout::eTransferSrcOptimal, image_, shared_layout, region);
}

bool DirectImage::can_store() const noexcept {
    return static_cast<bool>(usage_ & vk::ImageUsageFlagBits::eTransferDst);
}

vk::DescriptorImageInfo DirectImage::view() const noexcept {
    return {.imageView = view_, .imageLayout = shared_layout};
}

} // namespace parallax
