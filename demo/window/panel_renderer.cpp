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

/// Groups that cover so many pixels.
constexpr std::uint32_t groups_for(std::uint32_t pixels) {
    return (pixels + group_side - 1) / group_side;
}

struct PanelParameters {
    glm::mat4 transform;
    Panel shows;
};
struct CompareParameters {
    glm::ivec2 place;
    glm::ivec2 field;
    glm::ivec2 first_group;
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
    commands.dispatch(groups_for(extent.width), groups_for(extent.height), 1);
}

/// The descriptor set with the GPU view; and that with a viewer's picture.
constexpr std::uint32_t gpu_set = 0;
std::uint32_t set_of(std::size_t viewer) {
    return static_cast<std::uint32_t>(1 + viewer);
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
                 .sets = set_of(compared_.size())}),
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
    life_refusal_ = find_life_refusal(context_, image, format);
    next_generation_.reset();
    if (life_refusal_ == nullptr) {
        next_generation_.emplace(context_.allocator(), context_.device(), format,
                                 vk::Extent2D{layout.extent.width, layout.extent.height},
                                 vk::ImageUsageFlagBits::eStorage |
                                     vk::ImageUsageFlagBits::eTransferSrc);
    }
    fresh_ = true;
    viewers_.clear();
    comparisons_.clear();
    cpu_.emplace(create_uploaded());
    comparisons_.push_back(create_comparison());
    write_descriptors(gpu_set, sampled(image_->imported()));
    for (std::size_t viewer = 0; viewer < compared_.size(); ++viewer) {
        viewers_.push_back(create_uploaded());
        comparisons_.push_back(create_comparison());
        write_descriptors(set_of(viewer), uploaded(viewers_.back().texture));
    }
}

vk::Rect2D PanelRenderer::whole() const {
    const Extent extent = image_->layout().extent;
    return {.extent = {extent.width, extent.height}};
}

PanelRenderer::Uploaded PanelRenderer::create_uploaded() const {
    const ImageLayout& layout = image_->layout();
    return {.rows =
                LocalBuffer(context_.allocator(), layout.planes[0].stride * layout.extent.height,
                            vk::BufferUsageFlagBits::eTransferSrc, MemoryUse::upload),
            .texture = LocalImage(
                context_.allocator(), context_.device(), vk_format(layout.fourcc), whole().extent,
                vk::ImageUsageFlagBits::eSampled | vk::ImageUsageFlagBits::eTransferDst,
                vk_components(layout.fourcc))};
}

PanelRenderer::Comparison PanelRenderer::create_comparison() const {
    const Extent extent = image_->layout().extent;
    const std::size_t groups = std::size_t{groups_for(extent.width)} * groups_for(extent.height);
    using Usage = vk::BufferUsageFlagBits;
    Comparison comparison{
        .state = LocalBuffer(
            context_.allocator(), sizeof(Findings) + groups * sizeof(std::uint32_t),
            Usage::eStorageBuffer | Usage::eTransferSrc | Usage::eTransferDst, MemoryUse::device),
        .findings = {}};
    for (std::size_t slot = 0; slot < frames_in_flight; ++slot) {
        comparison.findings.emplace_back(context_.allocator(), sizeof(Findings),
                                         Usage::eTransferDst, MemoryUse::readback);
    }
    return comparison;
}

void PanelRenderer::write_descriptors(std::uint32_t set, vk::DescriptorImageInfo compared) const {
    bindings_.set_image(set, cpu_binding, uploaded(cpu_->texture));
    bindings_.set_image(set, gpu_binding, compared);
    bindings_.set_buffer(set, findings_binding, comparisons_[set].state.handle());
    if (next_generation_) {
        bindings_.set_image(
            set, next_binding,
            {.imageView = next_generation_->view(), .imageLayout = vk::ImageLayout::eGeneral});
    }
}

std::span<std::byte> PanelRenderer::upload() const {
    return cpu_->rows.bytes();
}

std::span<std::byte> PanelRenderer::viewer_upload(std::size_t viewer) const {
    return viewers_[viewer].rows.bytes();
}

void PanelRenderer::begin(const vk::raii::CommandBuffer& commands, std::size_t slot,
                          glm::ivec2 place, const Changes& changes) {
    const Damage all(whole());
    const Damage& parts = fresh_ ? all : changes.memory;
    upload_parts(commands, *cpu_, parts);
    for (std::size_t viewer = 0; viewer < viewers_.size(); ++viewer) {
        if (fresh_ || changes.uploads[viewer]) {
            upload_parts(commands, viewers_[viewer], all);
        }
    }
    image_->imported().acquire(*commands);
    compare(commands, gpu_set, slot, place, true, parts);
    for (std::size_t viewer = 0; viewer < viewers_.size(); ++viewer) {
        if (fresh_ || changes.compares[viewer]) {
            compare(commands, set_of(viewer), slot, place, compared_[viewer].has_alpha, all);
        }
    }
    fresh_ = false;
}

void PanelRenderer::upload_parts(const vk::raii::CommandBuffer& commands, const Uploaded& view,
                                 const Damage& parts) const {
    if (parts.empty()) {
        return;
    }
    view.rows.flush();
    const ImageLayout& layout = image_->layout();
    std::array<vk::BufferImageCopy, Damage::most> copies;
    std::uint32_t count = 0;
    for (const vk::Rect2D& part : parts.parts()) {
        copies[count++] = vk::BufferImageCopy{
            .bufferOffset = layout.offset_of(static_cast<std::uint32_t>(part.offset.x),
                                             static_cast<std::uint32_t>(part.offset.y)) -
                            layout.planes[0].offset,
            .bufferRowLength =
                static_cast<std::uint32_t>(layout.planes[0].stride / layout.format().bytes()),
            .imageSubresource = first_layer,
            .imageOffset = {part.offset.x, part.offset.y, 0},
            .imageExtent = {part.extent.width, part.extent.height, 1}};
    }
    copy_to_sampled(commands, view.rows.handle(), view.texture.handle(),
                    vk::ArrayProxy<const vk::BufferImageCopy>(count, copies.data()),
                    fresh_ ? vk::ImageLayout::eUndefined : vk::ImageLayout::eShaderReadOnlyOptimal);
}

/// Compares some parts, and reads the texels around the microscope's place.
void PanelRenderer::compare(const vk::raii::CommandBuffer& commands, std::uint32_t set,
                            std::size_t slot, glm::ivec2 place, bool with_alpha,
                            const Damage& parts) const {
    const vk::Buffer state = comparisons_[set].state.handle();
    const vk::Buffer findings = comparisons_[set].findings[slot].handle();
    if (fresh_) {
        commands.fillBuffer(state, 0, VK_WHOLE_SIZE, 0);
    }
    constexpr Scope before{
        .stages = vk::PipelineStageFlagBits2::eClear | vk::PipelineStageFlagBits2::eCopy |
                  vk::PipelineStageFlagBits2::eComputeShader,
        .access = vk::AccessFlagBits2::eTransferWrite | vk::AccessFlagBits2::eShaderStorageWrite};
    bindings_.bind(commands, vk::PipelineBindPoint::eCompute, set);
    commands.bindPipeline(vk::PipelineBindPoint::eCompute, compare_);
    CompareParameters parameters{.place = place,
                                 .field = {microscope_field.width, microscope_field.height},
                                 .first_group = {0, 0},
                                 .with_alpha = with_alpha ? 1U : 0U};
    Damage groups;
    for (const vk::Rect2D& part : parts.parts()) {
        const auto left = static_cast<std::uint32_t>(part.offset.x);
        const auto top = static_cast<std::uint32_t>(part.offset.y);
        groups.add(between(static_cast<std::int32_t>(left / group_side),
                           static_cast<std::int32_t>(top / group_side),
                           static_cast<std::int32_t>(groups_for(left + part.extent.width)),
                           static_cast<std::int32_t>(groups_for(top + part.extent.height))));
    }
    if (groups.empty()) { // nothing but the microscope's place
        groups.add(between(0, 0, 1, 1));
    }
    for (const vk::Rect2D& part : groups.parts()) { // none of them twice
        buffer_barrier(commands, state, before, scope::computing);
        parameters.first_group = {part.offset.x, part.offset.y};
        bindings_.push(commands, parameters);
        commands.dispatch(part.extent.width, part.extent.height, 1);
    }
    buffer_barrier(commands, state, scope::computing, scope::copy_read);
    commands.copyBuffer(state, findings, vk::BufferCopy{.size = sizeof(Findings)});
    buffer_barrier(commands, findings, scope::copy_write, scope::host_read);
}

void PanelRenderer::draw(const vk::raii::CommandBuffer& commands, const Scene& scene) const {
    commands.bindPipeline(vk::PipelineBindPoint::eGraphics, panel_);
    for (const Panel panel : scene.panels()) {
        // What a viewer reads stands where the GPU view does, in a set of its own.
        const auto viewer = std::ranges::find(compared_, panel, &Compared::panel);
        const bool of_viewer = viewer != compared_.end();
        bindings_.bind(commands, vk::PipelineBindPoint::eGraphics,
                       of_viewer ? set_of(static_cast<std::size_t>(viewer - compared_.begin()))
                                 : gpu_set);
        bindings_.push(commands, PanelParameters{.transform = scene.transform(panel),
                                                 .shows = of_viewer ? Panel::gpu_view : panel});
        commands.draw(4, 1, 0, 0);
    }
}

void PanelRenderer::end(const vk::raii::CommandBuffer& commands, bool with_life) {
    // After the drawing, so that both views show the same generation: the CPU read this one.
    if (with_life && life_refusal_ == nullptr) {
        step_life(commands);
    }
    image_->imported().release(*commands);
}

void PanelRenderer::step_life(const vk::raii::CommandBuffer& commands) {
    const vk::Image next = next_generation_->handle();
    image_barrier(commands, next, {vk::ImageLayout::eUndefined, vk::ImageLayout::eGeneral},
                  scope::copy_read, scope::computing);
    bindings_.bind(commands, vk::PipelineBindPoint::eCompute, gpu_set);
    commands.bindPipeline(vk::PipelineBindPoint::eCompute, life_);
    dispatch(commands, image_->layout().extent);
    image_barrier(commands, next, {vk::ImageLayout::eGeneral, vk::ImageLayout::eTransferSrcOptimal},
                  scope::computing, scope::copy_read);
    image_->imported().store(*commands, next);
}

Findings PanelRenderer::findings(std::size_t slot) const {
    return findings_in(comparisons_[gpu_set].findings[slot]);
}

Findings PanelRenderer::viewer_findings(std::size_t viewer, std::size_t slot) const {
    return findings_in(comparisons_[set_of(viewer)].findings[slot]);
}

} // namespace parallax::demo
