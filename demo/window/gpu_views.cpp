// SPDX-License-Identifier: MIT
#include "window/gpu_views.hpp"

#include "parallax/vulkan/barriers.hpp"
#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/graphics_pipeline.hpp"

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
    Shows shows;
};
struct CompareParameters {
    glm::ivec2 place;
    glm::ivec2 field;
    std::uint32_t with_alpha;
};

constexpr vk::PushConstantRange parameters{.stageFlags = vk::ShaderStageFlagBits::eVertex |
                                                         vk::ShaderStageFlagBits::eFragment |
                                                         vk::ShaderStageFlagBits::eCompute,
                                           .offset = 0,
                                           .size = 128}; // what every device offers

vk::raii::DescriptorSetLayout create_set_layout(const vk::raii::Device& device) {
    const auto binding = [](std::uint32_t number, vk::DescriptorType type) {
        return vk::DescriptorSetLayoutBinding{.binding = number,
                                              .descriptorType = type,
                                              .descriptorCount = 1,
                                              .stageFlags = vk::ShaderStageFlagBits::eFragment |
                                                            vk::ShaderStageFlagBits::eCompute};
    };
    const std::array bindings{binding(cpu_binding, vk::DescriptorType::eCombinedImageSampler),
                              binding(gpu_binding, vk::DescriptorType::eCombinedImageSampler),
                              binding(findings_binding, vk::DescriptorType::eStorageBuffer),
                              binding(next_binding, vk::DescriptorType::eStorageImage)};
    return {device, {.bindingCount = bindings.size(), .pBindings = bindings.data()}};
}

vk::raii::DescriptorPool create_pool(const vk::raii::Device& device, std::uint32_t sets) {
    const std::array sizes{
        vk::DescriptorPoolSize{vk::DescriptorType::eCombinedImageSampler, 2 * sets},
        vk::DescriptorPoolSize{vk::DescriptorType::eStorageBuffer, sets},
        vk::DescriptorPoolSize{vk::DescriptorType::eStorageImage, sets}};
    return {device,
            {.flags = vk::DescriptorPoolCreateFlagBits::eFreeDescriptorSet,
             .maxSets = sets,
             .poolSizeCount = sizes.size(),
             .pPoolSizes = sizes.data()}};
}

vk::raii::DescriptorSets allocate_sets(const vk::raii::Device& device,
                                       const vk::raii::DescriptorPool& pool,
                                       const vk::raii::DescriptorSetLayout& layout,
                                       std::uint32_t sets) {
    const std::vector layouts(sets, *layout);
    return {device,
            {.descriptorPool = pool, .descriptorSetCount = sets, .pSetLayouts = layouts.data()}};
}

vk::raii::PipelineLayout create_layout(const vk::raii::Device& device,
                                       const vk::raii::DescriptorSetLayout& set_layout) {
    return {device,
            {.setLayoutCount = 1,
             .pSetLayouts = &*set_layout,
             .pushConstantRangeCount = 1,
             .pPushConstantRanges = &parameters}};
}

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

/// One a slot, for the GPU view and for each eye.
std::uint32_t count_sets(std::size_t eyes) {
    return static_cast<std::uint32_t>((1 + eyes) * frames_in_flight);
}

Findings findings_in(const LocalBuffer& buffer) {
    buffer.invalidate();
    Findings findings;
    std::memcpy(&findings, buffer.bytes().data(), sizeof findings);
    return findings;
}

} // namespace

GpuViews::GpuViews(const Context& context, vk::Format target, std::vector<Beside> beside)
    : context_(context),
      beside_(std::move(beside)),
      sampler_(context.device(), vk::SamplerCreateInfo{.magFilter = vk::Filter::eNearest,
                                                       .minFilter = vk::Filter::eNearest}),
      set_layout_(create_set_layout(context.device())),
      pool_(create_pool(context.device(), count_sets(beside_.size()))),
      sets_(allocate_sets(context.device(), pool_, set_layout_, count_sets(beside_.size()))),
      layout_(create_layout(context.device(), set_layout_)),
      panel_(create_graphics_pipeline(context.device(),
                                      {.vertex = panel_vert,
                                       .fragment = panel_frag,
                                       .layout = layout_,
                                       .target = target,
                                       .topology = vk::PrimitiveTopology::eTriangleStrip})),
      compare_(create_compute_pipeline(context.device(), compare_comp, layout_)) {
    if (context.physical().getFeatures().shaderStorageImageWriteWithoutFormat) {
        life_ = create_compute_pipeline(context.device(), life_comp, layout_);
    }
}

void GpuViews::attach(SharedImage& image) {
    image_ = &image;
    const ImageLayout& layout = image.layout();
    const VulkanFormat format = vulkan_format(*layout.format);
    cpu_.emplace(create_texture());
    life_refusal_ = find_life_refusal(context_, image, format.format);
    next_generation_.reset();
    if (life_refusal_ == nullptr) {
        next_generation_.emplace(context_.allocator(), context_.device(), format.format,
                                 vk::Extent2D{layout.extent.width, layout.extent.height},
                                 vk::ImageUsageFlagBits::eStorage |
                                     vk::ImageUsageFlagBits::eTransferSrc);
    }
    slots_.clear();
    for (std::size_t slot = 0; slot < frames_in_flight; ++slot) {
        slots_.push_back(create_slot());
        vk::DescriptorImageInfo gpu = image_->imported().view();
        gpu.sampler = sampler_;
        write_descriptors(sets_[slot], slots_.back(), gpu);
    }
    eyes_.clear();
    for (std::size_t eye = 0; eye < beside_.size(); ++eye) {
        eyes_.push_back({.texture = create_texture(), .slots = {}});
        for (std::size_t slot = 0; slot < frames_in_flight; ++slot) {
            eyes_[eye].slots.push_back(create_slot());
            write_descriptors(set_beside(eye, slot), eyes_[eye].slots.back(),
                              sampled(eyes_[eye].texture));
        }
    }
}

GpuViews::Texture GpuViews::create_texture() const {
    const ImageLayout& layout = image_->layout();
    const VulkanFormat format = vulkan_format(*layout.format);
    LocalImage image(context_.allocator(), context_.device(), format.format,
                     vk::Extent2D{layout.extent.width, layout.extent.height},
                     vk::ImageUsageFlagBits::eSampled | vk::ImageUsageFlagBits::eTransferDst);
    vk::raii::ImageView view(context_.device(),
                             vk::ImageViewCreateInfo{.image = image.handle(),
                                                     .viewType = vk::ImageViewType::e2D,
                                                     .format = format.format,
                                                     .components = format.components,
                                                     .subresourceRange = whole_colour});
    return {.image = std::move(image), .view = std::move(view)};
}

GpuViews::Slot GpuViews::create_slot() const {
    const ImageLayout& layout = image_->layout();
    return {.upload = LocalBuffer(context_.allocator(), layout.stride * layout.extent.height,
                                  vk::BufferUsageFlagBits::eTransferSrc, MemoryUse::upload),
            .findings = LocalBuffer(context_.allocator(), sizeof(Findings),
                                    vk::BufferUsageFlagBits::eStorageBuffer |
                                        vk::BufferUsageFlagBits::eTransferDst,
                                    MemoryUse::readback)};
}

vk::DescriptorImageInfo GpuViews::sampled(const Texture& texture) const {
    return {.sampler = sampler_,
            .imageView = texture.view,
            .imageLayout = vk::ImageLayout::eShaderReadOnlyOptimal};
}

void GpuViews::write_descriptors(const vk::raii::DescriptorSet& set, const Slot& slot,
                                 vk::DescriptorImageInfo beside) const {
    const vk::DescriptorImageInfo cpu = sampled(*cpu_);
    const vk::DescriptorBufferInfo findings{.buffer = slot.findings.handle(),
                                            .range = VK_WHOLE_SIZE};
    const auto write = [&](std::uint32_t binding, vk::DescriptorType type,
                           const vk::DescriptorImageInfo* image,
                           const vk::DescriptorBufferInfo* buffer) {
        context_.device().updateDescriptorSets(vk::WriteDescriptorSet{.dstSet = set,
                                                                      .dstBinding = binding,
                                                                      .descriptorCount = 1,
                                                                      .descriptorType = type,
                                                                      .pImageInfo = image,
                                                                      .pBufferInfo = buffer},
                                               nullptr);
    };
    write(cpu_binding, vk::DescriptorType::eCombinedImageSampler, &cpu, nullptr);
    write(gpu_binding, vk::DescriptorType::eCombinedImageSampler, &beside, nullptr);
    write(findings_binding, vk::DescriptorType::eStorageBuffer, nullptr, &findings);
    if (next_generation_) {
        const vk::DescriptorImageInfo next{.imageView = next_generation_->view(),
                                           .imageLayout = vk::ImageLayout::eGeneral};
        write(next_binding, vk::DescriptorType::eStorageImage, &next, nullptr);
    }
}

std::span<std::byte> GpuViews::upload(std::size_t slot) const {
    return slots_[slot].upload.bytes();
}

std::span<std::byte> GpuViews::upload_beside(std::size_t eye, std::size_t slot) const {
    return eyes_[eye].slots[slot].upload.bytes();
}

void GpuViews::begin(const vk::raii::CommandBuffer& commands, std::size_t slot, glm::ivec2 place) {
    upload_view(commands, slots_[slot], *cpu_);
    for (const EyeView& eye : eyes_) {
        upload_view(commands, eye.slots[slot], eye.texture);
    }
    image_->imported().acquire(commands);
    compare(commands, sets_[slot], slots_[slot], place, true);
    for (std::size_t eye = 0; eye < eyes_.size(); ++eye) {
        compare(commands, set_beside(eye, slot), eyes_[eye].slots[slot], place,
                beside_[eye].has_alpha);
    }
}

void GpuViews::upload_view(const vk::raii::CommandBuffer& commands, const Slot& slot,
                           const Texture& texture) const {
    slot.upload.flush();
    const ImageLayout& layout = image_->layout();
    // What it held before is of no interest; only the frame before must be done with it.
    image_barrier(commands, texture.image.handle(),
                  {vk::ImageLayout::eUndefined, vk::ImageLayout::eTransferDstOptimal},
                  scope::sampling, scope::copy_write);
    commands.copyBufferToImage(
        slot.upload.handle(), texture.image.handle(), vk::ImageLayout::eTransferDstOptimal,
        vk::BufferImageCopy{.bufferRowLength =
                                static_cast<std::uint32_t>(layout.stride / layout.format->bytes),
                            .imageSubresource = first_layer,
                            .imageExtent = {layout.extent.width, layout.extent.height, 1}});
    image_barrier(commands, texture.image.handle(),
                  {vk::ImageLayout::eTransferDstOptimal, vk::ImageLayout::eShaderReadOnlyOptimal},
                  scope::copy_write, scope::sampling);
}

void GpuViews::compare(const vk::raii::CommandBuffer& commands, const vk::raii::DescriptorSet& set,
                       const Slot& slot, glm::ivec2 place, bool with_alpha) const {
    const vk::Buffer findings = slot.findings.handle();
    commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, layout_, 0, *set, nullptr);
    constexpr Scope clearing{.stages = vk::PipelineStageFlagBits2::eClear,
                             .access = vk::AccessFlagBits2::eTransferWrite};
    commands.fillBuffer(findings, 0, VK_WHOLE_SIZE, 0);
    buffer_barrier(commands, findings, clearing, scope::computing);
    commands.bindPipeline(vk::PipelineBindPoint::eCompute, compare_);
    commands.pushConstants<CompareParameters>(
        layout_, parameters.stageFlags, 0,
        CompareParameters{.place = place,
                          .field = {microscope_field.width, microscope_field.height},
                          .with_alpha = with_alpha ? 1U : 0U});
    dispatch(commands, image_->layout().extent);
    buffer_barrier(commands, findings, scope::computing, scope::host_read);
}

void GpuViews::draw(const vk::raii::CommandBuffer& commands, std::size_t slot,
                    const Scene& scene) const {
    commands.bindPipeline(vk::PipelineBindPoint::eGraphics, panel_);
    for (const Shows panel : scene.panels()) {
        // What an eye sees stands where the GPU view does, in a set of its own.
        const auto eye = std::ranges::find(beside_, panel, &Beside::panel);
        const bool of_eye = eye != beside_.end();
        const vk::DescriptorSet set =
            of_eye ? *set_beside(static_cast<std::size_t>(eye - beside_.begin()), slot)
                   : *sets_[slot];
        commands.bindDescriptorSets(vk::PipelineBindPoint::eGraphics, layout_, 0, set, nullptr);
        commands.pushConstants<PanelParameters>(
            layout_, parameters.stageFlags, 0,
            PanelParameters{.transform = scene.transform(panel),
                            .shows = of_eye ? Shows::gpu_view : panel});
        commands.draw(4, 1, 0, 0);
    }
}

void GpuViews::end(const vk::raii::CommandBuffer& commands, std::size_t slot, bool with_life) {
    // After the drawing, so that both views show the same generation: the CPU read this one.
    if (with_life && life_refusal_ == nullptr) {
        step_life(commands, slot);
    }
    image_->imported().release(commands);
}

void GpuViews::step_life(const vk::raii::CommandBuffer& commands, std::size_t slot) {
    const vk::Image next = next_generation_->handle();
    image_barrier(commands, next, {vk::ImageLayout::eUndefined, vk::ImageLayout::eGeneral},
                  scope::copy_read, scope::computing);
    commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, layout_, 0, *sets_[slot], nullptr);
    commands.bindPipeline(vk::PipelineBindPoint::eCompute, life_);
    dispatch(commands, image_->layout().extent);
    image_barrier(commands, next, {vk::ImageLayout::eGeneral, vk::ImageLayout::eTransferSrcOptimal},
                  scope::computing, scope::copy_read);
    image_->imported().store(commands, next);
}

Findings GpuViews::findings(std::size_t slot) const {
    return findings_in(slots_[slot].findings);
}

Findings GpuViews::findings_beside(std::size_t eye, std::size_t slot) const {
    return findings_in(eyes_[eye].slots[slot].findings);
}

} // namespace parallax::demo
