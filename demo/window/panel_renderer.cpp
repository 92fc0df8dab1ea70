// SPDX-License-Identifier: MIT
#include "window/panel_renderer.hpp"

#include "offscreen/barriers.hpp"
#include "offscreen/formats.hpp"
#include "offscreen/image_renderer.hpp"
#include "offscreen/pipeline.hpp"

#include <glm/mat4x4.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace parallax::demo {
namespace {

constexpr auto panel_vert = std::to_array<std::uint32_t>({
#include "panel.vert.inc"
});
constexpr auto panel_frag = std::to_array<std::uint32_t>({
#include "panel.frag.inc"
});
constexpr auto compare_comp = std::to_array<std::uint32_t>({
#include "compare.comp.inc"
});
constexpr auto life_comp = std::to_array<std::uint32_t>({
#include "life.comp.inc"
});

// The bindings of every shader here.
constexpr std::uint32_t cpu_binding = 0;
constexpr std::uint32_t gpu_binding = 1;
constexpr std::uint32_t findings_binding = 2;
constexpr std::uint32_t next_binding = 3;

constexpr std::uint32_t group_side = 16; // of the compute shaders

struct PanelParameters {
    glm::mat4 transform;
    Panel shows;
};
struct CompareParameters {
    glm::ivec2 place;
    glm::ivec2 field;
    std::uint32_t with_alpha;
};

static_assert(sizeof(CompareParameters) <= sizeof(PanelParameters));

/// Why Life cannot run in an image, or null.
const char* find_life_refusal(const Context& context, SharedImage& image, vk::Format format) {
    if (!image.imported().can_store()) {
        return "the driver lets nobody write into the imported image";
    }
    if (!context.physical().getFeatures().shaderStorageImageWriteWithoutFormat ||
        !(context.physical().getFormatProperties(format).optimalTilingFeatures &
          vk::FormatFeatureFlagBits::eStorageImage)) {
        return "compute shaders cannot write this format here; try --format ABGR8888";
    }
    return nullptr;
}

void dispatch(const vk::raii::CommandBuffer& commands, Extent extent) {
    commands.dispatch((extent.width + group_side - 1) / group_side,
                      (extent.height + group_side - 1) / group_side, 1);
}

/// The descriptor set with a viewer's picture, for one slot; those of the GPU view come first.
std::uint32_t set_of(std::size_t viewer, std::size_t slot) {
    return static_cast<std::uint32_t>((1 + viewer) * frames_in_flight + slot);
}

vk::DescriptorImageInfo uploaded(const LocalImage& texture) {
    return {.imageView = texture.view(), .imageLayout = vk::ImageLayout::eShaderReadOnlyOptimal};
}

Findings findings_in(const LocalBuffer& buffer) {
    buffer.invalidate();
    Findings findings;
    std::memcpy(&findings, buffer.bytes().data(), sizeof findings);
    return findings;
}

} // namespace

PanelRenderer::PanelRenderer(const Context& context, vk::Format target,
                             std::vector<Compared> compared)
    : context_(context),
      compared_(std::move(compared)),
      bindings_(context.device(),
                {.types = {vk::DescriptorType::eCombinedImageSampler,
                           vk::DescriptorType::eCombinedImageSampler,
                           vk::DescriptorType::eStorageBuffer, vk::DescriptorType::eStorageImage},
                 .push_constants = sizeof(PanelParameters),
                 .sets = set_of(compared_.size(), 0)}),
      panel_(
          create_pipeline(context.device(), {.layout = bindings_.layout(),
                                             .vertex = panel_vert,
                                             .fragment = panel_frag,
                                             .target = target,
                                             .topology = vk::PrimitiveTopology::eTriangleStrip})),
      compare_(create_pipeline(context.device(),
                               {.layout = bindings_.layout(), .compute = compare_comp})) {
    if (context.physical().getFeatures().shaderStorageImageWriteWithoutFormat) {
        life_ =
            create_pipeline(context.device(), {.layout = bindings_.layout(), .compute = life_comp});
    }
}

void PanelRenderer::attach(SharedImage& image) {
    image_ = &image;
    const ImageLayout& layout = image.layout();
    const vk::Format format = vk_format(layout.fourcc);
    cpu_.emplace(create_texture());
    life_refusal_ = find_life_refusal(context_, image, format);
    next_generation_.reset();
    if (life_refusal_ == nullptr) {
        next_generation_.emplace(context_.allocator(), context_.device(), format,
                                 vk::Extent2D{layout.extent.width, layout.extent.height},
                                 vk::ImageUsageFlagBits::eStorage |
                                     vk::ImageUsageFlagBits::eTransferSrc);
    }
    slots_.clear();
    for (std::size_t slot = 0; slot < frames_in_flight; ++slot) {
        slots_.push_back(create_slot());
        write_descriptors(static_cast<std::uint32_t>(slot), slots_.back(),
                          sampled(image_->imported()));
    }
    viewer_textures_.clear();
    for (std::size_t viewer = 0; viewer < compared_.size(); ++viewer) {
        viewer_textures_.push_back({.texture = create_texture(), .slots = {}});
        for (std::size_t slot = 0; slot < frames_in_flight; ++slot) {
            viewer_textures_[viewer].slots.push_back(create_slot());
            write_descriptors(set_of(viewer, slot), viewer_textures_[viewer].slots.back(),
                              uploaded(viewer_textures_[viewer].texture));
        }
    }
}

LocalImage PanelRenderer::create_texture() const {
    const ImageLayout& layout = image_->layout();
    return {context_.allocator(),
            context_.device(),
            vk_format(layout.fourcc),
            vk::Extent2D{layout.extent.width, layout.extent.height},
            vk::ImageUsageFlagBits::eSampled | vk::ImageUsageFlagBits::eTransferDst,
            vk_components(layout.fourcc)};
}

PanelRenderer::Slot PanelRenderer::create_slot() const {
    const ImageLayout& layout = image_->layout();
    return {.upload =
                LocalBuffer(context_.allocator(), layout.planes[0].stride * layout.extent.height,
                            vk::BufferUsageFlagBits::eTransferSrc, MemoryUse::upload),
            .findings = LocalBuffer(context_.allocator(), sizeof(Findings),
                                    vk::BufferUsageFlagBits::eStorageBuffer |
                                        vk::BufferUsageFlagBits::eTransferDst,
                                    MemoryUse::readback)};
}

void PanelRenderer::write_descriptors(std::uint32_t set, const Slot& slot,
                                      vk::DescriptorImageInfo compared) const {
    bindings_.set_image(set, cpu_binding, uploaded(*cpu_));
    bindings_.set_image(set, gpu_binding, compared);
    bindings_.set_buffer(set, findings_binding, slot.findings.handle());
    if (next_generation_) {
        bindings_.set_image(
            set, next_binding,
            {.imageView = next_generation_->view(), .imageLayout = vk::ImageLayout::eGeneral});
    }
}

std::span<std::byte> PanelRenderer::upload(std::size_t slot) const {
    return slots_[slot].upload.bytes();
}

std::span<std::byte> PanelRenderer::viewer_upload(std::size_t viewer, std::size_t slot) const {
    return viewer_textures_[viewer].slots[slot].upload.bytes();
}

void PanelRenderer::begin(const vk::raii::CommandBuffer& commands, std::size_t slot,
                          glm::ivec2 place) {
    upload_view(commands, slots_[slot], *cpu_);
    for (const ViewerTexture& viewer : viewer_textures_) {
        upload_view(commands, viewer.slots[slot], viewer.texture);
    }
    image_->imported().acquire(*commands);
    compare(commands, static_cast<std::uint32_t>(slot), slots_[slot], place, true);
    for (std::size_t viewer = 0; viewer < viewer_textures_.size(); ++viewer) {
        compare(commands, set_of(viewer, slot), viewer_textures_[viewer].slots[slot], place,
                compared_[viewer].has_alpha);
    }
}

void PanelRenderer::upload_view(const vk::raii::CommandBuffer& commands, const Slot& slot,
                                const LocalImage& texture) const {
    slot.upload.flush();
    const ImageLayout& layout = image_->layout();
    copy_to_sampled(commands, slot.upload.handle(), texture.handle(),
                    {.bufferRowLength = static_cast<std::uint32_t>(layout.planes[0].stride /
                                                                   layout.format().bytes()),
                     .imageSubresource = first_layer,
                     .imageExtent = {layout.extent.width, layout.extent.height, 1}});
}

void PanelRenderer::compare(const vk::raii::CommandBuffer& commands, std::uint32_t set,
                            const Slot& slot, glm::ivec2 place, bool with_alpha) const {
    const vk::Buffer findings = slot.findings.handle();
    bindings_.bind(commands, vk::PipelineBindPoint::eCompute, set);
    constexpr Scope clearing{.stages = vk::PipelineStageFlagBits2::eClear,
                             .access = vk::AccessFlagBits2::eTransferWrite};
    commands.fillBuffer(findings, 0, VK_WHOLE_SIZE, 0);
    buffer_barrier(commands, findings, clearing, scope::computing);
    commands.bindPipeline(vk::PipelineBindPoint::eCompute, compare_);
    bindings_.push(commands,
                   CompareParameters{.place = place,
                                     .field = {microscope_field.width, microscope_field.height},
                                     .with_alpha = with_alpha ? 1U : 0U});
    dispatch(commands, image_->layout().extent);
    buffer_barrier(commands, findings, scope::computing, scope::host_read);
}

void PanelRenderer::draw(const vk::raii::CommandBuffer& commands, std::size_t slot,
                         const Scene& scene) const {
    commands.bindPipeline(vk::PipelineBindPoint::eGraphics, panel_);
    for (const Panel panel : scene.panels()) {
        // What a viewer reads stands where the GPU view does, in a set of its own.
        const auto viewer = std::ranges::find(compared_, panel, &Compared::panel);
        const bool of_viewer = viewer != compared_.end();
        bindings_.bind(commands, vk::PipelineBindPoint::eGraphics,
                       of_viewer
                           ? set_of(static_cast<std::size_t>(viewer - compared_.begin()), slot)
                           : static_cast<std::uint32_t>(slot));
        bindings_.push(commands, PanelParameters{.transform = scene.transform(panel),
                                                 .shows = of_viewer ? Panel::gpu_view : panel});
        commands.draw(4, 1, 0, 0);
    }
}

void PanelRenderer::end(const vk::raii::CommandBuffer& commands, std::size_t slot, bool with_life) {
    // After the drawing, so that both views show the same generation: the CPU read this one.
    if (with_life && life_refusal_ == nullptr) {
        step_life(commands, slot);
    }
    image_->imported().release(*commands);
}

void PanelRenderer::step_life(const vk::raii::CommandBuffer& commands, std::size_t slot) {
    const vk::Image next = next_generation_->handle();
    image_barrier(commands, next, {vk::ImageLayout::eUndefined, vk::ImageLayout::eGeneral},
                  scope::copy_read, scope::computing);
    bindings_.bind(commands, vk::PipelineBindPoint::eCompute, static_cast<std::uint32_t>(slot));
    commands.bindPipeline(vk::PipelineBindPoint::eCompute, life_);
    dispatch(commands, image_->layout().extent);
    image_barrier(commands, next, {vk::ImageLayout::eGeneral, vk::ImageLayout::eTransferSrcOptimal},
                  scope::computing, scope::copy_read);
    image_->imported().store(*commands, next);
}

Findings PanelRenderer::findings(std::size_t slot) const {
    return findings_in(slots_[slot].findings);
}

Findings PanelRenderer::viewer_findings(std::size_t viewer, std::size_t slot) const {
    return findings_in(viewer_textures_[viewer].slots[slot].findings);
}

} // namespace parallax::demo
