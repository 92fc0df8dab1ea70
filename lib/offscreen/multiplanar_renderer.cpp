// SPDX-License-Identifier: MIT
#include "offscreen/multiplanar_renderer.hpp"

#include "offscreen/submission.hpp"

#include <drm_fourcc.h>

#include <array>

namespace parallax {
namespace {

constexpr auto multiplanar_frag = std::to_array<std::uint32_t>({
#include "multiplanar.frag.inc"
});

} // namespace

MultiplanarRenderer::MultiplanarRenderer(const Context& context, ImportedMultiplanar& image,
                                         Extent extent)
    : context_(context),
      image_(image),
      target_(context, extent, DRM_FORMAT_ABGR8888),
      bindings_(context.device(), {.types = {vk::DescriptorType::eCombinedImageSampler},
                                   .push_constants = 2 * sizeof(float),
                                   .conversion = image.conversion()}),
      pipeline_(create_pipeline(context.device(), {.layout = bindings_.layout(),
                                                   .fragment = multiplanar_frag,
                                                   .target = target_.image().format()})) {
    bindings_.set_image(0, 0,
                        {.imageView = image.view(), .imageLayout = vk::ImageLayout::eGeneral});
}

Picture MultiplanarRenderer::read(std::span<const DmaBuf> buffers) const {
    const vk::Extent2D extent = target_.image().extent();
    Submission::submit(context_, buffers, Access::read,
                       [&](const vk::raii::CommandBuffer& commands) {
                           image_.acquire(*commands);
                           target_.begin(commands);
                           bindings_.push(commands, std::array{static_cast<float>(extent.width),
                                                               static_cast<float>(extent.height)});
                           cover(commands, target_.image(), pipeline_, bindings_);
                           target_.finish(commands);
                           target_.copy_out(commands);
                           image_.release(*commands);
                       })
        .wait();
    return target_.read();
}

} // namespace parallax
