// SPDX-License-Identifier: MIT
#include "offscreen/pipeline.hpp"

#include <array>

namespace parallax {
namespace {

constexpr auto fullscreen_vert = std::to_array<std::uint32_t>({
#include "fullscreen.vert.inc"
});

vk::raii::ShaderModule create_shader(const vk::raii::Device& device, ShaderWords words) {
    return {device, {.codeSize = words.size_bytes(), .pCode = words.data()}};
}

vk::raii::Sampler create_sampler(const vk::raii::Device& device,
                                 const BindingsDescription& description) {
    const vk::SamplerYcbcrConversionInfo conversion{.conversion = description.conversion};
    const auto outside = description.conversion ? vk::SamplerAddressMode::eClampToEdge // must be
                                                : vk::SamplerAddressMode::eRepeat;
    return {device, vk::SamplerCreateInfo{.pNext = description.conversion ? &conversion : nullptr,
                                          .magFilter = description.filter,
                                          .minFilter = description.filter,
                                          .addressModeU = outside,
                                          .addressModeV = outside,
                                          .addressModeW = outside}};
}

/// @param immutable the sampler of all, if it is to be kept; a conversion needs that.
vk::raii::DescriptorSetLayout create_set_layout(const vk::raii::Device& device,
                                                std::span<const vk::DescriptorType> types,
                                                vk::ShaderStageFlags stages,
                                                const vk::Sampler* immutable) {
    std::vector<vk::DescriptorSetLayoutBinding> bindings;
    for (const vk::DescriptorType type : types) {
        bindings.push_back({.binding = static_cast<std::uint32_t>(bindings.size()),
                            .descriptorType = type,
                            .descriptorCount = 1,
                            .stageFlags = stages,
                            .pImmutableSamplers = immutable});
    }
    return {device,
            {.bindingCount = static_cast<std::uint32_t>(bindings.size()),
             .pBindings = bindings.data()}};
}

vk::raii::DescriptorPool create_pool(const vk::raii::Device& device,
                                     std::span<const vk::DescriptorType> types, std::uint32_t sets,
                                     bool converts) {
    std::vector<vk::DescriptorPoolSize> sizes;
    for (const vk::DescriptorType type : types) {
        // A conversion may take a descriptor for each plane.
        sizes.push_back({.type = type, .descriptorCount = sets * (converts ? 3U : 1U)});
    }
    return {device,
            {.flags = vk::DescriptorPoolCreateFlagBits::eFreeDescriptorSet,
             .maxSets = sets,
             .poolSizeCount = static_cast<std::uint32_t>(sizes.size()),
             .pPoolSizes = sizes.data()}};
}

vk::raii::DescriptorSets allocate_sets(const vk::raii::Device& device, vk::DescriptorPool pool,
                                       vk::DescriptorSetLayout layout, std::uint32_t sets) {
    const std::vector layouts(sets, layout);
    return {device,
            {.descriptorPool = pool, .descriptorSetCount = sets, .pSetLayouts = layouts.data()}};
}

vk::raii::PipelineLayout create_layout(const vk::raii::Device& device,
                                       const vk::raii::DescriptorSetLayout& set_layout,
                                       const vk::PushConstantRange& constants) {
    return {device,
            {.setLayoutCount = 1,
             .pSetLayouts = &*set_layout,
             .pushConstantRangeCount = constants.size > 0 ? 1U : 0U,
             .pPushConstantRanges = &constants}};
}

vk::PipelineColorBlendAttachmentState blending(bool over) {
    using Channel = vk::ColorComponentFlagBits;
    using Factor = vk::BlendFactor;
    return {.blendEnable = over,
            .srcColorBlendFactor = Factor::eSrcAlpha,
            .dstColorBlendFactor = Factor::eOneMinusSrcAlpha,
            .colorBlendOp = vk::BlendOp::eAdd,
            .srcAlphaBlendFactor = Factor::eOne,
            .dstAlphaBlendFactor = Factor::eOneMinusSrcAlpha,
            .alphaBlendOp = vk::BlendOp::eAdd,
            .colorWriteMask = Channel::eR | Channel::eG | Channel::eB | Channel::eA};
}

vk::raii::Pipeline create_compute_pipeline(const vk::raii::Device& device,
                                           const PipelineDescription& description) {
    const vk::raii::ShaderModule shader = create_shader(device, description.compute);
    return {device, nullptr,
            vk::ComputePipelineCreateInfo{.stage = {.stage = vk::ShaderStageFlagBits::eCompute,
                                                    .module = shader,
                                                    .pName = "main"},
                                          .layout = description.layout}};
}

} // namespace

Bindings::Bindings(const vk::raii::Device& device, const BindingsDescription& description)
    : device_(device),
      types_(description.types),
      sampler_(create_sampler(device, description)),
      set_layout_(
          create_set_layout(device, types_, stages, description.conversion ? &*sampler_ : nullptr)),
      pool_(
          create_pool(device, types_, description.sets, static_cast<bool>(description.conversion))),
      sets_(allocate_sets(device, pool_, set_layout_, description.sets)),
      layout_(create_layout(device, set_layout_,
                            {.stageFlags = stages, .size = description.push_constants})) {}

void Bindings::set_image(std::uint32_t set, std::uint32_t binding,
                         vk::DescriptorImageInfo image) const {
    image.sampler = sampler_;
    device_.updateDescriptorSets(vk::WriteDescriptorSet{.dstSet = sets_[set],
                                                        .dstBinding = binding,
                                                        .descriptorCount = 1,
                                                        .descriptorType = types_[binding],
                                                        .pImageInfo = &image},
                                 nullptr);
}

void Bindings::set_buffer(std::uint32_t set, std::uint32_t binding, vk::Buffer buffer) const {
    const vk::DescriptorBufferInfo whole{.buffer = buffer, .range = VK_WHOLE_SIZE};
    device_.updateDescriptorSets(vk::WriteDescriptorSet{.dstSet = sets_[set],
                                                        .dstBinding = binding,
                                                        .descriptorCount = 1,
                                                        .descriptorType = types_[binding],
                                                        .pBufferInfo = &whole},
                                 nullptr);
}

vk::raii::Pipeline create_pipeline(const vk::raii::Device& device,
                                   const PipelineDescription& description) {
    if (!description.compute.empty()) {
        return create_compute_pipeline(device, description);
    }
    const vk::raii::ShaderModule vertex = create_shader(
        device, description.vertex.empty() ? ShaderWords(fullscreen_vert) : description.vertex);
    const vk::raii::ShaderModule fragment = create_shader(device, description.fragment);
    const std::array stages{
        vk::PipelineShaderStageCreateInfo{
            .stage = vk::ShaderStageFlagBits::eVertex, .module = vertex, .pName = "main"},
        vk::PipelineShaderStageCreateInfo{
            .stage = vk::ShaderStageFlagBits::eFragment, .module = fragment, .pName = "main"},
    };
    const vk::VertexInputBindingDescription buffer{.binding = 0,
                                                   .stride = description.vertex_stride};
    const vk::PipelineVertexInputStateCreateInfo vertices{
        .vertexBindingDescriptionCount = description.vertex_stride > 0 ? 1U : 0U,
        .pVertexBindingDescriptions = &buffer,
        .vertexAttributeDescriptionCount =
            static_cast<std::uint32_t>(description.attributes.size()),
        .pVertexAttributeDescriptions = description.attributes.data()};
    const vk::PipelineInputAssemblyStateCreateInfo triangles{.topology = description.topology};
    const vk::PipelineViewportStateCreateInfo one_viewport{.viewportCount = 1, .scissorCount = 1};
    const vk::PipelineRasterizationStateCreateInfo fill{.polygonMode = vk::PolygonMode::eFill,
                                                        .cullMode = vk::CullModeFlagBits::eNone,
                                                        .lineWidth = 1.0F};
    const vk::PipelineMultisampleStateCreateInfo one_sample{.rasterizationSamples =
                                                                vk::SampleCountFlagBits::e1};
    const vk::PipelineColorBlendAttachmentState blend = blending(description.blend);
    const vk::PipelineColorBlendStateCreateInfo blend_state{.attachmentCount = 1,
                                                            .pAttachments = &blend};
    const std::array dynamic{vk::DynamicState::eViewport, vk::DynamicState::eScissor};
    const vk::PipelineDynamicStateCreateInfo dynamic_state{.dynamicStateCount = dynamic.size(),
                                                           .pDynamicStates = dynamic.data()};
    const vk::PipelineRenderingCreateInfo rendering{.colorAttachmentCount = 1,
                                                    .pColorAttachmentFormats = &description.target};
    return {device, nullptr,
            vk::GraphicsPipelineCreateInfo{.pNext = &rendering,
                                           .stageCount = stages.size(),
                                           .pStages = stages.data(),
                                           .pVertexInputState = &vertices,
                                           .pInputAssemblyState = &triangles,
                                           .pViewportState = &one_viewport,
                                           .pRasterizationState = &fill,
                                           .pMultisampleState = &one_sample,
                                           .pColorBlendState = &blend_state,
                                           .pDynamicState = &dynamic_state,
                                           .layout = description.layout}};
}

void cover(const vk::raii::CommandBuffer& commands, const LocalImage& target,
           const vk::raii::Pipeline& pipeline, const Bindings& bindings, std::uint32_t set) {
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
    commands.setViewport(0, vk::Viewport{.width = static_cast<float>(area.extent.width),
                                         .height = static_cast<float>(area.extent.height),
                                         .maxDepth = 1.0F});
    commands.setScissor(0, area);
    commands.bindPipeline(vk::PipelineBindPoint::eGraphics, pipeline);
    bindings.bind(commands, vk::PipelineBindPoint::eGraphics, set);
    commands.draw(3, 1, 0, 0);
    commands.endRendering();
}

} // namespace parallax
