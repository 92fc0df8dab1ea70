// SPDX-License-Identifier: MIT
#include "offscreen/ycbcr_renderer.hpp"

#include "offscreen/image_renderer.hpp"
#include "offscreen/submission.hpp"
#include "parallax/image/ycbcr.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <array>
#include <vector>

namespace parallax {
namespace {

constexpr auto ycbcr_frag = std::to_array<std::uint32_t>({
#include "ycbcr.frag.inc"
});

/// As the shader has it.
struct YcbcrParameters {
    YcbcrMatrix matrix;
    std::uint32_t shift = 0;
    float most = 0;
    std::uint32_t unused = 0; // the pairs are aligned to 8 bytes
    std::array<SamplePlace, 4> places;
    std::array<std::array<std::uint32_t, 2>, 3> blocks{};
};
static_assert(sizeof(YcbcrParameters) == 24 * sizeof(std::uint32_t));

YcbcrParameters ycbcr_parameters(const ImageLayout& layout) {
    const Format& format = layout.format();
    const std::uint32_t depth = std::min(format.depth(), deepest_conversion);
    const std::uint32_t bits = format_of(format.planes[0].fourcc).depth(); // of the image
    YcbcrParameters parameters{
        .matrix = ycbcr_matrix(layout.encoding, layout.range, depth),
        .shift = bits - depth,
        .most = static_cast<float>((1U << bits) - 1),
        .places = {format.places.luma, format.places.odd_luma, format.places.cb, format.places.cr}};
    for (std::size_t i = 0; i < format.plane_count; ++i) {
        parameters.blocks.at(i) = {format.planes.at(i).width, format.planes.at(i).height};
    }
    return parameters;
}

} // namespace

// The shader fetches texels by their number, so the sampler never filters.
YcbcrRenderer::YcbcrRenderer(const Context& context, const ImageLayout& layout)
    : context_(context),
      layout_(layout),
      target_(context, layout.extent, DRM_FORMAT_ABGR8888),
      bindings_(context.device(),
                {.types = std::vector(3, vk::DescriptorType::eCombinedImageSampler),
                 .push_constants = sizeof(YcbcrParameters)}),
      pipeline_(create_pipeline(context.device(), {.layout = bindings_.layout(),
                                                   .fragment = ycbcr_frag,
                                                   .target = target_.image().format()})) {}

Picture YcbcrRenderer::read(ImportedYcbcr& picture, std::span<const DmaBuf> buffers) const {
    Submission::submit(context_, buffers, Access::read,
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
    const auto planes = picture.planes();
    for (std::uint32_t i = 0; i < 3; ++i) {
        bindings_.set_image(0, i, sampled(*planes[std::min<std::size_t>(i, planes.size() - 1)]));
    }
    bindings_.push(commands, ycbcr_parameters(layout_));
    cover(commands, target_.image(), pipeline_, bindings_);
}

} // namespace parallax
