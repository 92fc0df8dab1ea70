// SPDX-License-Identifier: MIT
#include "window/canvas.hpp"

#include "offscreen/barriers.hpp"

namespace parallax::demo {
namespace {

constexpr vk::ClearColorValue background{.float32 = {{0.062F, 0.068F, 0.08F, 1.0F}}};

} // namespace

void Canvas::resize(vk::Extent2D size) {
    image_.reset();
    image_.emplace(context_.allocator(), context_.device(), format_, size,
                   vk::ImageUsageFlagBits::eColorAttachment | vk::ImageUsageFlagBits::eTransferSrc);
    layout_ = vk::ImageLayout::eUndefined;
    damage_all();
}

void Canvas::begin(const vk::raii::CommandBuffer& commands) {
    // The pass loads the content, besides writing over it.
    constexpr Scope loading{.stages = scope::drawing.stages,
                            .access =
                                scope::drawing.access | vk::AccessFlagBits2::eColorAttachmentRead};
    image_barrier(commands, image(),
                  {std::exchange(layout_, vk::ImageLayout::eTransferSrcOptimal),
                   vk::ImageLayout::eColorAttachmentOptimal},
                  scope::copy_read, loading);
    const vk::RenderingAttachmentInfo attachment{.imageView = image_->view(),
                                                 .imageLayout =
                                                     vk::ImageLayout::eColorAttachmentOptimal,
                                                 .loadOp = vk::AttachmentLoadOp::eLoad,
                                                 .storeOp = vk::AttachmentStoreOp::eStore};
    commands.beginRendering({.renderArea = all(),
                             .layerCount = 1,
                             .colorAttachmentCount = 1,
                             .pColorAttachments = &attachment});
}

void Canvas::clear(const vk::raii::CommandBuffer& commands, const vk::Rect2D& part) {
    commands.clearAttachments(vk::ClearAttachment{.aspectMask = vk::ImageAspectFlagBits::eColor,
                                                  .clearValue = {.color = background}},
                              vk::ClearRect{.rect = part, .layerCount = 1});
}

void Canvas::end(const vk::raii::CommandBuffer& commands) const {
    commands.endRendering();
    image_barrier(commands, image(), {vk::ImageLayout::eColorAttachmentOptimal, layout_},
                  scope::drawing, scope::copy_read);
}

} // namespace parallax::demo
