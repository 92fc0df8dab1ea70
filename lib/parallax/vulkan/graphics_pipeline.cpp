// SPDX-License-Identifier: MIT
#include "parallax/vulkan/graphics_pipeline.hpp"

#include "parallax/vulkan/shader.hpp"

#include <array>

namespace parallax {
namespace {

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

} // namespace

vk::raii::Pipeline create_graphics_pipeline(const vk::raii::Device& device,
                                            const GraphicsPipelineSpec& spec) {
    const vk::raii::ShaderModule vertex = create_shader(device, spec.vertex);
    const vk::raii::ShaderModule fragment = create_shader(device, spec.fragment);
    const std::array stages{
        vk::PipelineShaderStageCreateInfo{
            .stage = vk::ShaderStageFlagBits::eVertex, .module = vertex, .pName = "main"},
        vk::PipelineShaderStageCreateInfo{
            .stage = vk::ShaderStageFlagBits::eFragment, .module = fragment, .pName = "main"},
    };
    const vk::PipelineInputAssemblyStateCreateInfo triangles{.topology = spec.topology};
    const vk::PipelineViewportStateCreateInfo one_viewport{.viewportCount = 1, .scissorCount = 1};
    const vk::PipelineRasterizationStateCreateInfo fill{.polygonMode = vk::PolygonMode::eFill,
                                                        .cullMode = vk::CullModeFlagBits::eNone,
                                                        .lineWidth = 1.0F};
    const vk::PipelineMultisampleStateCreateInfo one_sample{.rasterizationSamples =
                                                                vk::SampleCountFlagBits::e1};
    const vk::PipelineColorBlendAttachmentState blend = blending(spec.blend);
    const vk::PipelineColorBlendStateCreateInfo blend_state{.attachmentCount = 1,
                                                            .pAttachments = &blend};
    const std::array dynamic{vk::DynamicState::eViewport, vk::DynamicState::eScissor};
    const vk::PipelineDynamicStateCreateInfo dynamic_state{.dynamicStateCount = dynamic.size(),
                                                           .pDynamicStates = dynamic.data()};
    const vk::PipelineRenderingCreateInfo rendering{.colorAttachmentCount = 1,
                                                    .pColorAttachmentFormats = &spec.target};
    return {device, nullptr,
            vk::GraphicsPipelineCreateInfo{.pNext = &rendering,
                                           .stageCount = stages.size(),
                                           .pStages = stages.data(),
                                           .pVertexInputState = &spec.vertices,
                                           .pInputAssemblyState = &triangles,
                                           .pViewportState = &one_viewport,
                                           .pRasterizationState = &fill,
                                           .pMultisampleState = &one_sample,
                                           .pColorBlendState = &blend_state,
                                           .pDynamicState = &dynamic_state,
                                           .layout = spec.layout}};
}

vk::raii::Pipeline create_compute_pipeline(const vk::raii::Device& device,
                                           std::span<const std::uint32_t> words,
                                           vk::PipelineLayout layout) {
    const vk::raii::ShaderModule shader = create_shader(device, words);
    return {device, nullptr,
            vk::ComputePipelineCreateInfo{.stage = {.stage = vk::ShaderStageFlagBits::eCompute,
                                                    .module = shader,
                                                    .pName = "main"},
                                          .layout = layout}};
}

} // namespace parallax
