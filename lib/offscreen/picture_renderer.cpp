// SPDX-License-Identifier: MIT
#include "offscreen/picture_renderer.hpp"

#include <algorithm>
#include <vector>

namespace parallax {

PictureRenderer::PictureRenderer(const Context& context, const ImageLayout& layout)
    : context_(context),
      layout_(layout) {
    if (!has_samples(layout.format())) {
        colours_.emplace(context, layout);
        return;
    }
    samples_.emplace(context, layout);
    if (layout.format().is_ycbcr) {
        ycbcr_.emplace(context, layout);
    }
}

SampledPicture PictureRenderer::read(ImportedYcbcr& picture,
                                     std::span<const DmaBuf> buffers) const {
    if (colours_) {
        return {.picture = colours_->read(*picture.planes().front(), buffers.front())};
    }
    std::vector<ImportedImage*> planes;
    for (const auto& plane : picture.planes()) {
        planes.push_back(plane.get());
    }
    Samples samples = samples_->read(planes, buffers);
    Picture seen = ycbcr_ ? ycbcr_->read(picture, buffers) : picture_of(samples, layout_.colour());
    return {.picture = std::move(seen), .samples = std::move(samples)};
}

bool PictureRenderer::write_negative(ImportedYcbcr& picture,
                                     std::span<const DmaBuf> buffers) const {
    const auto planes = picture.planes();
    const auto can = [](const auto& plane) { return plane->can_store(); };
    if (!std::ranges::all_of(planes, can)) {
        return false;
    }
    for (std::size_t i = 0; i < planes.size(); ++i) {
        const OffscreenRenderer gpu(context_, layout_.plane_layout(i));
        if (!gpu.can_write()) {
            return false;
        }
        gpu.write_negative(*planes[i], buffers[layout_.planes.at(i).buffer]).wait();
    }
    return true;
}

} // namespace parallax
