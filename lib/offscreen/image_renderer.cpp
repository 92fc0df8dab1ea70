// SPDX-License-Identifier: MIT
#include "offscreen/image_renderer.hpp"

namespace parallax {
namespace {

constexpr auto view_frag = std::to_array<std::uint32_t>({
#include "view.frag.inc"
});

} // namespace

// The shader fetches texels by their number, so the sampler never filters.
ImageRenderer::ImageRenderer(const Context& context, vk::Format target_format)
    : bindings_(context.device(), {.types = {vk::DescriptorType::eCombinedImageSampler},
                                   .push_constants = sizeof(Shade)}),
      pipeline_(create_pipeline(
          context.device(),
          {.layout = bindings_.layout(), .fragment = view_frag, .target = target_format})) {}

void ImageRenderer::draw(const vk::raii::CommandBuffer& commands, vk::DescriptorImageInfo source,
                         const LocalImage& target, Shade shade) const {
    bindings_.set_image(0, 0, source);
    bindings_.push(commands, shade);
    cover(commands, target, pipeline_, bindings_);
}

} // namespace parallax
