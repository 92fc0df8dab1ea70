// SPDX-License-Identifier: MIT
#include "offscreen/ycbcr_renderer.hpp"

#include "offscreen/image_renderer.hpp"
#include "offscreen/submission.hpp"
#include "parallax/image/ycbcr.hpp"

#include <drm_fourcc.h>

#include <array>

namespace parallax {
namespace {

constexpr auto ycbcr_frag = std::to_array<std::uint32_t>({
#include "ycbcr.frag.inc"
});

/// As the shader has it.
struct Parameters {
    YcbcrMatrix matrix;
    std::uint32_t packed = 0;
};
static_assert(sizeof(Parameters) == 7 * sizeof(std::uint32_t));

} // namespace

// The shader fetches texels by their number, so the sampler never filters.
YcbcrRenderer::YcbcrRenderer(const Context& context, const ImageLayout& layout)
    : context_(context),
      layout_(layout),
      target_(context, layout.extent, DRM_FORMAT_ABGR8888),
      bindings_(context.device(), {.types = {vk::DescriptorType::eCombinedImageSampler,
                                             vk::DescriptorType::eCombinedImageSampler},
                                   .push_constants = sizeof(Parameters)}),
      pipeline_(create_pipeline(context.device(), {.layout = bindings_.layout(),
                                                   .fragment = ycbcr_frag,
                                                   .target = target_.image().format()})) {}

Picture YcbcrRenderer::read(ImportedYcbcr& picture, const DmaBuf& buffer) const {
    Submission::submit(context_, buffer, Access::read,
                       [&](const vk::raii::CommandBuffer& commands) {
                           picture.acquire(*commands);
                           target_.begin(commands);
                           draw(commands, picture);
                           target_.finish(commands);
                           target_.copy_out(commands);
                           picture.release(*commands);
                       })
        .wait();
    return target_.read();
}

void YcbcrRenderer::draw(const vk::raii::CommandBuffer& commands,
                         const ImportedYcbcr& picture) const {
    const std::array planes = picture.samplers();
    for (std::uint32_t i = 0; i < planes.size(); ++i) {
        bindings_.set_image(0, i, sampled(*planes[i]));
    }
    bindings_.push(commands, Parameters{.matrix = ycbcr_matrix(layout_.encoding, layout_.range),
                                        .packed = layout_.format().plane_count == 1});
    cover(commands, target_.image(), pipeline_, bindings_);
}

} // namespace parallax
