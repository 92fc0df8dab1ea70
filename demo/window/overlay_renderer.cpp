// SPDX-License-Identifier: MIT
#include "window/overlay_renderer.hpp"

#include "offscreen/barriers.hpp"
#include "offscreen/pipeline.hpp"

#include <glm/vec2.hpp>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

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

vk::raii::Pipeline create_overlay_pipeline(const vk::raii::Device& device, const Bindings& bindings,
                                           vk::Format target) {
    const std::array attributes{
        vk::VertexInputAttributeDescription{.location = 0,
                                            .format = vk::Format::eR32G32Sfloat,
                                            .offset = offsetof(ImDrawVert, pos)},
        vk::VertexInputAttributeDescription{
            .location = 1, .format = vk::Format::eR32G32Sfloat, .offset = offsetof(ImDrawVert, uv)},
        vk::VertexInputAttributeDescription{.location = 2,
                                            .format = vk::Format::eR8G8B8A8Unorm,
                                            .offset = offsetof(ImDrawVert, col)}};
    return create_pipeline(device, {.layout = bindings.layout(),
                                    .vertex = overlay_vert,
                                    .fragment = overlay_frag,
                                    .target = target,
                                    .attributes = attributes,
                                    .vertex_stride = sizeof(ImDrawVert),
                                    .blend = true});
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
      bindings_(context.device(), {.types = {vk::DescriptorType::eCombinedImageSampler},
                                   .push_constants = sizeof(Parameters),
                                   .filter = vk::Filter::eLinear}),
      pipeline_(create_overlay_pipeline(context.device(), bindings_, target)) {}

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
        copy_to_sampled(commands, upload.handle(), glyphs_->handle(),
                        vk::BufferImageCopy{.imageSubresource = first_layer,
                                            .imageExtent = {extent.width, extent.height, 1}});
    });
    bindings_.set_image(
        0, 0,
        {.imageView = glyphs_->view(), .imageLayout = vk::ImageLayout::eShaderReadOnlyOptimal});
}

Damage OverlayRenderer::take(const ImDrawData& data) {
    data_ = &data;
    prepared_ = false;
    return changes_.take(data);
}

void OverlayRenderer::prepare() {
    if (!std::exchange(prepared_, true)) {
        current_ = (current_ + 1) % buffers_.size();
        fill(buffers_[current_]);
    }
}

void OverlayRenderer::fill(Buffers& buffers) const {
    const ImDrawData& data = *data_;
    const auto vertex_bytes = static_cast<std::size_t>(data.TotalVtxCount) * sizeof(ImDrawVert);
    const auto index_bytes = static_cast<std::size_t>(data.TotalIdxCount) * sizeof(ImDrawIdx);
    reserve(context_, buffers.vertices, vertex_bytes, vk::BufferUsageFlagBits::eVertexBuffer);
    reserve(context_, buffers.indices, index_bytes, vk::BufferUsageFlagBits::eIndexBuffer);
    std::byte* vertices = buffers.vertices->bytes().data();
    std::byte* indices = buffers.indices->bytes().data();
    for (const ImDrawList* list : data.CmdLists) {
        const auto count = [](const auto& vector) {
            return static_cast<std::size_t>(vector.size_in_bytes());
        };
        std::memcpy(vertices, list->VtxBuffer.Data, count(list->VtxBuffer));
        std::memcpy(indices, list->IdxBuffer.Data, count(list->IdxBuffer));
        vertices += count(list->VtxBuffer);
        indices += count(list->IdxBuffer);
    }
    buffers.vertices->flush();
    buffers.indices->flush();
}

void OverlayRenderer::draw(const vk::raii::CommandBuffer& commands, const vk::Rect2D& part) const {
    const ImDrawData& data = *data_;
    const Buffers& buffers = buffers_[current_];
    const glm::vec2 pixels{data.DisplaySize.x * data.FramebufferScale.x,
                           data.DisplaySize.y * data.FramebufferScale.y};
    commands.bindPipeline(vk::PipelineBindPoint::eGraphics, pipeline_);
    bindings_.bind(commands, vk::PipelineBindPoint::eGraphics);
    commands.bindVertexBuffers(0, buffers.vertices->handle(), vk::DeviceSize{0});
    commands.bindIndexBuffer(buffers.indices->handle(), 0, vk::IndexType::eUint16);
    commands.setViewport(0, vk::Viewport{.width = pixels.x, .height = pixels.y, .maxDepth = 1.0F});
    const glm::vec2 size{data.DisplaySize.x, data.DisplaySize.y};
    bindings_.push(commands, Parameters{.scale = 2.0F / size, .offset = {-1.0F, -1.0F}});

    std::uint32_t first_index = 0;
    std::int32_t first_vertex = 0;
    for (const ImDrawList* list : data.CmdLists) {
        for (const ImDrawCmd& command : list->CmdBuffer) {
            const auto pixel = [](float units, float scale, float limit) {
                return static_cast<std::int32_t>(std::clamp(units * scale, 0.0F, limit));
            };
            const vk::Rect2D clip = common_part(
                part, between(pixel(command.ClipRect.x, data.FramebufferScale.x, pixels.x),
                              pixel(command.ClipRect.y, data.FramebufferScale.y, pixels.y),
                              pixel(command.ClipRect.z, data.FramebufferScale.x, pixels.x),
                              pixel(command.ClipRect.w, data.FramebufferScale.y, pixels.y)));
            if (pixels_of(clip) == 0) {
                continue;
            }
            commands.setScissor(0, clip);
            commands.drawIndexed(command.ElemCount, 1, first_index + command.IdxOffset,
                                 first_vertex + static_cast<std::int32_t>(command.VtxOffset), 0);
        }
        first_index += static_cast<std::uint32_t>(list->IdxBuffer.Size);
        first_vertex += list->VtxBuffer.Size;
    }
}

} // namespace parallax::demo
