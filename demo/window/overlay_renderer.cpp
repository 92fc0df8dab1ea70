// SPDX-License-Identifier: MIT
#include "window/overlay_renderer.hpp"

#include "parallax/vulkan/barriers.hpp"
#include "parallax/vulkan/graphics_pipeline.hpp"

#include <glm/vec2.hpp>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace parallax::demo {
namespace {

constexpr auto overlay_vert = std::to_array<std::uint32_t>({
#include "overlay.vert.inc"
});
constexpr auto overlay_frag = std::to_array<std::uint32_t>({
#include "overlay.frag.inc"
});

/// From window units to clip space.
struct Parameters {
    glm::vec2 scale;
    glm::vec2 offset;
};

constexpr vk::PushConstantRange parameters{
    .stageFlags = vk::ShaderStageFlagBits::eVertex, .offset = 0, .size = sizeof(Parameters)};

vk::raii::DescriptorSetLayout create_set_layout(const vk::raii::Device& device) {
    const vk::DescriptorSetLayoutBinding binding{.binding = 0,
                                                 .descriptorType =
                                                     vk::DescriptorType::eCombinedImageSampler,
                                                 .descriptorCount = 1,
                                                 .stageFlags = vk::ShaderStageFlagBits::eFragment};
    return {device, {.bindingCount = 1, .pBindings = &binding}};
}

vk::raii::DescriptorPool create_pool(const vk::raii::Device& device) {
    const vk::DescriptorPoolSize size{vk::DescriptorType::eCombinedImageSampler, 1};
    return {device,
            {.flags = vk::DescriptorPoolCreateFlagBits::eFreeDescriptorSet,
             .maxSets = 1,
             .poolSizeCount = 1,
             .pPoolSizes = &size}};
}

vk::raii::PipelineLayout create_layout(const vk::raii::Device& device,
                                       const vk::raii::DescriptorSetLayout& set_layout) {
    return {device,
            {.setLayoutCount = 1,
             .pSetLayouts = &*set_layout,
             .pushConstantRangeCount = 1,
             .pPushConstantRanges = &parameters}};
}

vk::raii::Pipeline create_pipeline(const vk::raii::Device& device, vk::PipelineLayout layout,
                                   vk::Format target) {
    const vk::VertexInputBindingDescription binding{.binding = 0, .stride = sizeof(ImDrawVert)};
    const std::array attributes{
        vk::VertexInputAttributeDescription{.location = 0,
                                            .format = vk::Format::eR32G32Sfloat,
                                            .offset = offsetof(ImDrawVert, pos)},
        vk::VertexInputAttributeDescription{
            .location = 1, .format = vk::Format::eR32G32Sfloat, .offset = offsetof(ImDrawVert, uv)},
        vk::VertexInputAttributeDescription{.location = 2,
                                            .format = vk::Format::eR8G8B8A8Unorm,
                                            .offset = offsetof(ImDrawVert, col)}};
    return create_graphics_pipeline(
        device, {.vertex = overlay_vert,
                 .fragment = overlay_frag,
                 .layout = layout,
                 .target = target,
                 .blend = true,
                 .vertices = {.vertexBindingDescriptionCount = 1,
                              .pVertexBindingDescriptions = &binding,
                              .vertexAttributeDescriptionCount = attributes.size(),
                              .pVertexAttributeDescriptions = attributes.data()}});
}

/// Makes sure of room for @p size bytes; the frame that used the buffer before is done.
void reserve(const Context& context, std::optional<LocalBuffer>& buffer, std::size_t size,
             vk::BufferUsageFlags usage) {
    if (!buffer || buffer->size() < size) {
        buffer.reset();
        buffer.emplace(context.allocator(), std::max<std::size_t>(2 * size, std::size_t{64} << 10),
                       usage, MemoryUse::upload);
    }
}

} // namespace

OverlayRenderer::OverlayRenderer(const Context& context, vk::Format target)
    : context_(context),
      sampler_(context.device(), vk::SamplerCreateInfo{.magFilter = vk::Filter::eLinear,
                                                       .minFilter = vk::Filter::eLinear}),
      set_layout_(create_set_layout(context.device())),
      pool_(create_pool(context.device())),
      sets_(context.device(),
            {.descriptorPool = *pool_, .descriptorSetCount = 1, .pSetLayouts = &*set_layout_}),
      layout_(create_layout(context.device(), set_layout_)),
      pipeline_(create_pipeline(context.device(), layout_, target)) {}

void OverlayRenderer::upload_fonts() {
    unsigned char* coverage = nullptr;
    int width = 0;
    int height = 0;
    ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&coverage, &width, &height);
    const vk::Extent2D extent{static_cast<std::uint32_t>(width),
                              static_cast<std::uint32_t>(height)};
    const std::size_t size = std::size_t{extent.width} * extent.height;
    const LocalBuffer upload(context_.allocator(), size, vk::BufferUsageFlagBits::eTransferSrc,
                             MemoryUse::upload);
    std::memcpy(upload.bytes().data(), coverage, size);
    upload.flush();

    glyphs_.emplace(context_.allocator(), context_.device(), vk::Format::eR8Unorm, extent,
                    vk::ImageUsageFlagBits::eSampled | vk::ImageUsageFlagBits::eTransferDst);
    context_.run([&](const vk::raii::CommandBuffer& commands) {
        image_barrier(commands, glyphs_->handle(),
                      {vk::ImageLayout::eUndefined, vk::ImageLayout::eTransferDstOptimal},
                      scope::nothing, scope::copy_write);
        commands.copyBufferToImage(
            upload.handle(), glyphs_->handle(), vk::ImageLayout::eTransferDstOptimal,
            vk::BufferImageCopy{.imageSubresource = first_layer,
                                .imageExtent = {extent.width, extent.height, 1}});
        image_barrier(
            commands, glyphs_->handle(),
            {vk::ImageLayout::eTransferDstOptimal, vk::ImageLayout::eShaderReadOnlyOptimal},
            scope::copy_write, scope::sampling);
    });
    const vk::DescriptorImageInfo info{.sampler = sampler_,
                                       .imageView = glyphs_->view(),
                                       .imageLayout = vk::ImageLayout::eShaderReadOnlyOptimal};
    context_.device().updateDescriptorSets(
        vk::WriteDescriptorSet{.dstSet = sets_[0],
                               .dstBinding = 0,
                               .descriptorCount = 1,
                               .descriptorType = vk::DescriptorType::eCombinedImageSampler,
                               .pImageInfo = &info},
        nullptr);
}

void OverlayRenderer::fill(Slot& slot, const ImDrawData& data) const {
    const auto vertex_bytes = static_cast<std::size_t>(data.TotalVtxCount) * sizeof(ImDrawVert);
    const auto index_bytes = static_cast<std::size_t>(data.TotalIdxCount) * sizeof(ImDrawIdx);
    reserve(context_, slot.vertices, vertex_bytes, vk::BufferUsageFlagBits::eVertexBuffer);
    reserve(context_, slot.indices, index_bytes, vk::BufferUsageFlagBits::eIndexBuffer);
    std::byte* vertices = slot.vertices->bytes().data();
    std::byte* indices = slot.indices->bytes().data();
    for (const ImDrawList* list : data.CmdLists) {
        const auto count = [](const auto& vector) {
            return static_cast<std::size_t>(vector.size_in_bytes());
        };
        std::memcpy(vertices, list->VtxBuffer.Data, count(list->VtxBuffer));
        std::memcpy(indices, list->IdxBuffer.Data, count(list->IdxBuffer));
        vertices += count(list->VtxBuffer);
        indices += count(list->IdxBuffer);
    }
    slot.vertices->flush();
    slot.indices->flush();
}

void OverlayRenderer::draw(const vk::raii::CommandBuffer& commands, std::size_t slot_index,
                           const ImDrawData& data) {
    Slot& slot = slots_[slot_index];
    fill(slot, data);

    const glm::vec2 pixels{data.DisplaySize.x * data.FramebufferScale.x,
                           data.DisplaySize.y * data.FramebufferScale.y};
    commands.bindPipeline(vk::PipelineBindPoint::eGraphics, pipeline_);
    commands.bindDescriptorSets(vk::PipelineBindPoint::eGraphics, layout_, 0, *sets_[0], nullptr);
    commands.bindVertexBuffers(0, slot.vertices->handle(), vk::DeviceSize{0});
    commands.bindIndexBuffer(slot.indices->handle(), 0, vk::IndexType::eUint16);
    commands.setViewport(0, vk::Viewport{.width = pixels.x, .height = pixels.y, .maxDepth = 1.0F});
    const glm::vec2 size{data.DisplaySize.x, data.DisplaySize.y};
    commands.pushConstants<Parameters>(layout_, parameters.stageFlags, 0,
                                       Parameters{.scale = 2.0F / size, .offset = {-1.0F, -1.0F}});

    std::uint32_t first_index = 0;
    std::int32_t first_vertex = 0;
    for (const ImDrawList* list : data.CmdLists) {
        for (const ImDrawCmd& command : list->CmdBuffer) {
            const auto pixel = [](float units, float scale, float limit) {
                return static_cast<std::int32_t>(std::clamp(units * scale, 0.0F, limit));
            };
            const std::int32_t left = pixel(command.ClipRect.x, data.FramebufferScale.x, pixels.x);
            const std::int32_t top = pixel(command.ClipRect.y, data.FramebufferScale.y, pixels.y);
            const std::int32_t right = pixel(command.ClipRect.z, data.FramebufferScale.x, pixels.x);
            const std::int32_t bottom =
                pixel(command.ClipRect.w, data.FramebufferScale.y, pixels.y);
            if (right <= left || bottom <= top) {
                continue;
            }
            commands.setScissor(0,
                                vk::Rect2D{.offset = {left, top},
                                           .extent = {static_cast<std::uint32_t>(right - left),
                                                      static_cast<std::uint32_t>(bottom - top)}});
            commands.drawIndexed(command.ElemCount, 1, first_index + command.IdxOffset,
                                 first_vertex + static_cast<std::int32_t>(command.VtxOffset), 0);
        }
        first_index += static_cast<std::uint32_t>(list->IdxBuffer.Size);
        first_vertex += list->VtxBuffer.Size;
    }
}

} // namespace parallax::demo
