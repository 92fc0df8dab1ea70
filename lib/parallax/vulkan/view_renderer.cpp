// SPDX-License-Identifier: MIT
#include "parallax/vulkan/view_renderer.hpp"

#include "parallax/vulkan/graphics_pipeline.hpp"

#include <array>

namespace parallax {
namespace {

constexpr auto fullscreen_vert = std::to_array<std::uint32_t>({
#include "fullscreen.vert.inc"
});
constexpr auto view_frag = std::to_array<std::uint32_t>({
#include "view.frag.inc"
});

constexpr vk::PushConstantRange shade_range{
    .stageFlags = vk::ShaderStageFlagBits::eFragment, .offset = 0, .size = sizeof(Shade)};

vk::raii::DescriptorSetLayout create_set_layout(const vk::raii::Device& device) {
    const vk::DescriptorSetLayoutBinding binding{.binding = 0,
                                                 .descriptorType =
                                                     vk::DescriptorType::eCombinedImageSampler,
                                                 .descriptorCount = 1,
                                                 .stageFlags = vk::ShaderStageFlagBits::eFragment};
    return {device, {.bindingCount = 1, .pBindings = &binding}};
}

vk::raii::DescriptorPool create_pool(const vk::raii::Device& device) {
    const vk::DescriptorPoolSize size{.type = vk::DescriptorType::eCombinedImageSampler,
                                      .descriptorCount = 1};
    return {device,
            {.flags = vk::DescriptorPoolCreateFlagBits::eFreeDescriptorSet,
             .maxSets = 1,
             .poolSizeCount = 1,
             .pPoolSizes = &size}};
}

vk::raii::DescriptorSet allocate_set(const vk::raii::Device& device,
                                     const vk::raii::DescriptorPool& pool,
                                     const vk::raii::DescriptorSetLayout& layout) {
    return std::move(
        device
            .allocateDescriptorSets(
                {.descriptorPool = pool, .descriptorSetCount = 1, .pSetLayouts = &*layout})
            .front());
}

vk::raii::PipelineLayout create_layout(const vk::raii::Device& device,
                                       const vk::raii::DescriptorSetLayout& set_layout) {
    return {device,
            {.setLayoutCount = 1,
             .pSetLayouts = &*set_layout,
             .pushConstantRangeCount = 1,
             .pPushConstantRanges = &shade_range}};
}

} // namespace

ViewRenderer::ViewRenderer(const Context& context, vk::Format target_format)
    : device_(context.device()),
      // The shader fetches texels by their number, so the sampler never filters.
      sampler_(device_, vk::SamplerCreateInfo{.magFilter = vk::Filter::eNearest,
                                              .minFilter = vk::Filter::eNearest}),
      set_layout_(create_set_layout(device_)),
      pool_(create_pool(device_)),
      set_(allocate_set(device_, pool_, set_layout_)),
      layout_(create_layout(device_, set_layout_)),
      pipeline_(create_graphics_pipeline(device_, {.vertex = fullscreen_vert,
                                                   .fragment = view_frag,
                                                   .layout = layout_,
                                                   .target = target_format})) {}

void ViewRenderer::draw(const vk::raii::CommandBuffer& commands, vk::DescriptorImageInfo source,
                        const LocalImage& target, Shade shade) const {
    source.sampler = sampler_;
    device_.updateDescriptorSets(
        vk::WriteDescriptorSet{.dstSet = set_,
                               .dstBinding = 0,
                               .descriptorCount = 1,
                               .descriptorType = vk::DescriptorType::eCombinedImageSampler,
                               .pImageInfo = &source},
        nullptr);

    const vk::Rect2D area{.extent = target.extent()};
    const vk::RenderingAttachmentInfo attachment{
        .imageView = target.view(),
        .imageLayout = vk::ImageLayout::eColorAttachmentOptimal,
        .loadOp = vk::AttachmentLoadOp::eClear, // so that a draw that does nothing is seen
        .storeOp = vk::AttachmentStoreOp::eStore};
    commands.beginRendering({.renderArea = area,
                             .layerCount = 1,
                             .colorAttachmentCount = 1,
                             .pColorAttachments = &attachment});
    commands.bindPipeline(vk::PipelineBindPoint::eGraphics, pipeline_);
    commands.bindDescriptorSets(vk::PipelineBindPoint::eGraphics, layout_, 0, *set_, nullptr);
    commands.pushConstants<Shade>(layout_, shade_range.stageFlags, 0, shade);
    commands.setViewport(0, vk::Viewport{.width = static_cast<float>(area.extent.width),
                                         .height = static_cast<float>(area.extent.height),
                                         .maxDepth = 1.0F});
    commands.setScissor(0, area);
    commands.draw(3, 1, 0, 0);
    commands.endRendering();
}

} // namespace parallax
