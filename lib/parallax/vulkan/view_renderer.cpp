// SPDX-License-Identifier: MIT
#include "parallax/vulkan/view_renderer.hpp"

#include "parallax/vulkan/shader.hpp"

#include <array>

namespace parallax {
namespace {

constexpr std::uint32_t fullscreen_vert[] = {
#include "fullscreen.vert.inc"
};
constexpr std::uint32_t view_frag[] = {
#include "view.frag.inc"
};

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

vk::raii::Pipeline create_pipeline(const vk::raii::Device& device,
                                   const vk::raii::PipelineLayout& layout, vk::Format target) {
    const vk::raii::ShaderModule vertex = create_shader(device, fullscreen_vert);
    const vk::raii::ShaderModule fragment = create_shader(device, view_frag);
    const std::array stages{
        vk::PipelineShaderStageCreateInfo{
            .stage = vk::ShaderStageFlagBits::eVertex, .module = vertex, .pName = "main"},
        vk::PipelineShaderStageCreateInfo{
            .stage = vk::ShaderStageFlagBits::eFragment, .module = fragment, .pName = "main"},
    };
    const vk::PipelineVertexInputStateCreateInfo no_vertices;
    const vk::PipelineInputAssemblyStateCreateInfo triangles{
        .topology = vk::PrimitiveTopology::eTriangleList};
    const vk::PipelineViewportStateCreateInfo one_viewport{.viewportCount = 1, .scissorCount = 1};
    const vk::PipelineRasterizationStateCreateInfo fill{.polygonMode = vk::PolygonMode::eFill,
                                                        .cullMode = vk::CullModeFlagBits::eNone,
                                                        .lineWidth = 1.0F};
    const vk::PipelineMultisampleStateCreateInfo one_sample{.rasterizationSamples =
                                                                vk::SampleCountFlagBits::e1};
    using Channel = vk::ColorComponentFlagBits;
    const vk::PipelineColorBlendAttachmentState replace{
        .colorWriteMask = Channel::eR | Channel::eG | Channel::eB | Channel::eA};
    const vk::PipelineColorBlendStateCreateInfo no_blending{.attachmentCount = 1,
                                                            .pAttachments = &replace};
    const std::array dynamic{vk::DynamicState::eViewport, vk::DynamicState::eScissor};
    const vk::PipelineDynamicStateCreateInfo dynamic_state{.dynamicStateCount = dynamic.size(),
                                                           .pDynamicStates = dynamic.data()};
    const vk::PipelineRenderingCreateInfo rendering{.colorAttachmentCount = 1,
                                                    .pColorAttachmentFormats = &target};
    return {device, nullptr,
            vk::GraphicsPipelineCreateInfo{.pNext = &rendering,
                                           .stageCount = stages.size(),
                                           .pStages = stages.data(),
                                           .pVertexInputState = &no_vertices,
                                           .pInputAssemblyState = &triangles,
                                           .pViewportState = &one_viewport,
                                           .pRasterizationState = &fill,
                                           .pMultisampleState = &one_sample,
                                           .pColorBlendState = &no_blending,
                                           .pDynamicState = &dynamic_state,
                                           .layout = layout}};
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
      pipeline_(create_pipeline(device_, layout_, target_format)) {}

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
