// SPDX-License-Identifier: MIT
#include "offscreen/sample_renderer.hpp"

#include "offscreen/barriers.hpp"
#include "offscreen/image_renderer.hpp"
#include "offscreen/submission.hpp"

#include <array>
#include <cstring>

namespace parallax {
namespace {

constexpr auto samples_frag = std::to_array<std::uint32_t>({
#include "samples.frag.inc"
});

/// Every device draws into it, and it holds all samples.
constexpr vk::Format target_format = vk::Format::eR16G16B16A16Uint;
using TargetTexel = std::array<std::uint16_t, 4>;

/// As the shader has it.
struct SampleParameters {
    std::array<float, 4> most{};
    std::array<std::uint32_t, 4> shift{};
    std::uint32_t half_floats = 0;
};

SampleParameters sample_parameters(const Format& format, std::size_t plane) {
    const FormatPlane& wanted = format.planes.at(plane);
    const FormatPlane& image = format_of(wanted.fourcc).planes[0];
    SampleParameters parameters{.half_floats = format.is_float ? 1U : 0U};
    for (std::size_t c = 0; c < wanted.components.size(); ++c) {
        if (wanted.components.at(c).bits > 0) {
            parameters.most.at(c) = static_cast<float>(image.components.at(c).most());
            parameters.shift.at(c) = image.components.at(c).bits - wanted.components.at(c).bits;
        }
    }
    return parameters;
}

} // namespace

SampleRenderer::SampleRenderer(const Context& context, const ImageLayout& layout)
    : context_(context),
      layout_(layout),
      bindings_(context.device(), {.types = {vk::DescriptorType::eCombinedImageSampler},
                                   .push_constants = sizeof(SampleParameters),
                                   .sets = layout.format().plane_count}),
      pipeline_(create_pipeline(
          context.device(),
          {.layout = bindings_.layout(), .fragment = samples_frag, .target = target_format})) {
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        const Extent extent = layout.plane_extent(i);
        targets_.push_back(
            {.image = {context.allocator(), context.device(), target_format,
                       vk::Extent2D{extent.width, extent.height},
                       vk::ImageUsageFlagBits::eColorAttachment |
                           vk::ImageUsageFlagBits::eTransferSrc},
             .readback = {context.allocator(), extent.pixels() * sizeof(TargetTexel),
                          vk::BufferUsageFlagBits::eTransferDst, MemoryUse::readback}});
    }
}

Samples SampleRenderer::read(std::span<ImportedImage* const> planes,
                             std::span<const DmaBuf> buffers) const {
    Submission::submit(context_, buffers, Access::read,
                       [&](const vk::raii::CommandBuffer& commands) {
                           for (std::uint32_t i = 0; i < planes.size(); ++i) {
                               planes[i]->acquire(*commands);
                               draw(commands, *planes[i], i);
                               planes[i]->release(*commands);
                           }
                       })
        .wait();
    return taken();
}

void SampleRenderer::draw(const vk::raii::CommandBuffer& commands, const ImportedImage& source,
                          std::uint32_t plane) const {
    const Target& target = targets_[plane];
    bindings_.set_image(plane, 0, sampled(source));
    bindings_.push(commands, sample_parameters(layout_.format(), plane));
    image_barrier(commands, target.image.handle(),
                  {vk::ImageLayout::eUndefined, vk::ImageLayout::eColorAttachmentOptimal},
                  scope::copy_read, scope::drawing);
    cover(commands, target.image, pipeline_, bindings_, plane);
    image_barrier(commands, target.image.handle(),
                  {vk::ImageLayout::eColorAttachmentOptimal, vk::ImageLayout::eTransferSrcOptimal},
                  scope::drawing, scope::copy_read);
    copy_to_host(commands, target.image.handle(), target.image.extent(), target.readback.handle());
}

Samples SampleRenderer::taken() const {
    Samples samples{.fourcc = layout_.fourcc, .extent = layout_.extent};
    for (std::size_t i = 0; i < targets_.size(); ++i) {
        targets_[i].readback.invalidate();
        const std::span<const std::byte> bytes = targets_[i].readback.bytes();
        const std::size_t texels = layout_.plane_extent(i).pixels();
        const std::size_t count = component_count(layout_.format().planes.at(i));
        samples.planes.at(i).reserve(texels * count);
        for (std::size_t texel = 0; texel < texels; ++texel) {
            TargetTexel values{};
            std::memcpy(values.data(), bytes.data() + texel * sizeof(values), sizeof(values));
            samples.planes.at(i).insert(samples.planes.at(i).end(), values.begin(),
                                        values.begin() + static_cast<std::ptrdiff_t>(count));
        }
    }
    return samples;
}

} // namespace parallax
