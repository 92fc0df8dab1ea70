// SPDX-License-Identifier: MIT
#include "parallax/vulkan/ycbcr_view.hpp"

#include "parallax/vulkan/gpu_turn.hpp"
#include "parallax/vulkan/graphics_pipeline.hpp"

#include <drm_fourcc.h>

#include <array>

namespace parallax {
namespace {

constexpr auto fullscreen_vert = std::to_array<std::uint32_t>({
#include "fullscreen.vert.inc"
});
constexpr auto ycbcr_frag = std::to_array<std::uint32_t>({
#include "ycbcr.frag.inc"
});

/// As the shader has it.
struct Parameters {
    YcbcrMatrix matrix;
    YcbcrPacking packing{};
};
static_assert(sizeof(Parameters) == 7 * sizeof(std::uint32_t));

constexpr vk::PushConstantRange parameters_range{
    .stageFlags = vk::ShaderStageFlagBits::eFragment, .offset = 0, .size = sizeof(Parameters)};

constexpr vk::DescriptorType sampled = vk::DescriptorType::eCombinedImageSampler;

vk::raii::DescriptorSetLayout create_set_layout(const vk::raii::Device& device) {
    const std::array bindings{
        vk::DescriptorSetLayoutBinding{.binding = 0,
                                       .descriptorType = sampled,
                                       .descriptorCount = 1,
                                       .stageFlags = vk::ShaderStageFlagBits::eFragment},
        vk::DescriptorSetLayoutBinding{.binding = 1,
                                       .descriptorType = sampled,
                                       .descriptorCount = 1,
                                       .stageFlags = vk::ShaderStageFlagBits::eFragment}};
    return {device, {.bindingCount = bindings.size(), .pBindings = bindings.data()}};
}

vk::raii::DescriptorPool create_pool(const vk::raii::Device& device) {
    const vk::DescriptorPoolSize size{.type = sampled, .descriptorCount = 2};
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

vk::raii::PipelineLayout create_pipeline_layout(const vk::raii::Device& device,
                                                const vk::raii::DescriptorSetLayout& set_layout) {
    return {device,
            {.setLayoutCount = 1,
             .pSetLayouts = &*set_layout,
             .pushConstantRangeCount = 1,
             .pPushConstantRanges = &parameters_range}};
}

} // namespace

YcbcrView::YcbcrView(const Context& context, const YcbcrLayout& layout)
    : context_(context),
      layout_(layout),
      target_(context, layout.extent, *find_pixel_format(DRM_FORMAT_ABGR8888)),
      // The shader fetches texels by their number, so the sampler never filters.
      sampler_(context.device(), vk::SamplerCreateInfo{.magFilter = vk::Filter::eNearest,
                                                       .minFilter = vk::Filter::eNearest}),
      set_layout_(create_set_layout(context.device())),
      pool_(create_pool(context.device())),
      set_(allocate_set(context.device(), pool_, set_layout_)),
      pipeline_layout_(create_pipeline_layout(context.device(), set_layout_)),
      pipeline_(create_graphics_pipeline(context.device(), {.vertex = fullscreen_vert,
                                                            .fragment = ycbcr_frag,
                                                            .layout = pipeline_layout_,
                                                            .target = target_.image().format()})) {}

Picture YcbcrView::read(ImportedYcbcr& picture, const DmaBuf& buffer) const {
    GpuTurn::submit(context_, buffer, Turn::read, [&](const vk::raii::CommandBuffer& commands) {
        picture.acquire(commands);
        target_.begin(commands);
        draw(commands, picture);
        target_.finish(commands);
        target_.copy_out(commands);
        picture.release(commands);
    }).wait();
    return target_.read();
}

void YcbcrView::draw(const vk::raii::CommandBuffer& commands, const ImportedYcbcr& picture) const {
    std::array images = picture.views();
    std::array<vk::WriteDescriptorSet, images.size()> writes;
    for (std::uint32_t i = 0; i < images.size(); ++i) {
        images[i].sampler = sampler_;
        writes[i] = vk::WriteDescriptorSet{.dstSet = set_,
                                           .dstBinding = i,
                                           .descriptorCount = 1,
                                           .descriptorType = sampled,
                                           .pImageInfo = &images[i]};
    }
    context_.device().updateDescriptorSets(writes, nullptr);

    const vk::Rect2D area{.extent = target_.image().extent()};
    const vk::RenderingAttachmentInfo attachment{.imageView = target_.image().view(),
                                                 .imageLayout =
                                                     vk::ImageLayout::eColorAttachmentOptimal,
                                                 .loadOp = vk::AttachmentLoadOp::eClear,
                                                 .storeOp = vk::AttachmentStoreOp::eStore};
    commands.beginRendering({.renderArea = area,
                             .layerCount = 1,
                             .colorAttachmentCount = 1,
                             .pColorAttachments = &attachment});
    commands.bindPipeline(vk::PipelineBindPoint::eGraphics, pipeline_);
    commands.bindDescriptorSets(vk::PipelineBindPoint::eGraphics, pipeline_layout_, 0, *set_,
                                nullptr);
    commands.pushConstants<Parameters>(
        pipeline_layout_, parameters_range.stageFlags, 0,
        Parameters{.matrix = ycbcr_matrix(layout_.encoding, layout_.range),
                   .packing = layout_.packing});
    commands.setViewport(0, vk::Viewport{.width = static_cast<float>(area.extent.width),
                                         .height = static_cast<float>(area.extent.height),
                                         .maxDepth = 1.0F});
    commands.setScissor(0, area);
    commands.draw(3, 1, 0, 0);
    commands.endRendering();
}

} // namespace parallax
