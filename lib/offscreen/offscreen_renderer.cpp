// SPDX-License-Identifier: MIT
#include "offscreen/offscreen_renderer.hpp"

#include "offscreen/formats.hpp"

#include <drm_fourcc.h>

namespace parallax {

OffscreenRenderer::OffscreenRenderer(const Context& context, const ImageLayout& layout)
    : context_(context),
      screen_(context, layout.extent, DRM_FORMAT_ABGR8888),
      to_screen_(context, screen_.image().format()),
      negative_(red_is_blue(layout.fourcc) ? Shade::negative_of_bgr : Shade::negative) {
    const auto features =
        context.physical().getFormatProperties(vk_format(layout.fourcc)).optimalTilingFeatures;
    if (features & vk::FormatFeatureFlagBits::eColorAttachment) {
        same_format_.emplace(context, layout.extent, layout.fourcc);
        to_same_format_.emplace(context, same_format_->image().format());
    }
}

Picture OffscreenRenderer::read(ImportedImage& image) const {
    context_.run(draw_to_screen(image));
    return screen_.read();
}

void OffscreenRenderer::write_negative(ImportedImage& image) const {
    context_.run(draw_negative(image));
}

Picture OffscreenRenderer::read(ImportedImage& image, const DmaBuf& buffer) const {
    Submission::submit(context_, buffer, Access::read, draw_to_screen(image)).wait();
    return screen_.read();
}

Submission OffscreenRenderer::write_negative(ImportedImage& image, const DmaBuf& buffer) const {
    return Submission::submit(context_, buffer, Access::write, draw_negative(image));
}

Submission::Record OffscreenRenderer::draw_to_screen(ImportedImage& image) const {
    return [this, &image](const vk::raii::CommandBuffer& commands) {
        image.acquire(*commands);
        screen_.begin(commands);
        to_screen_.draw(commands, image, screen_.image(), Shade::as_it_is);
        screen_.finish(commands);
        screen_.copy_out(commands);
        image.release(*commands);
    };
}

Submission::Record OffscreenRenderer::draw_negative(ImportedImage& image) const {
    return [this, &image](const vk::raii::CommandBuffer& commands) {
        image.acquire(*commands);
        same_format_->begin(commands);
        to_same_format_->draw(commands, image, same_format_->image(), negative_);
        same_format_->finish(commands);
        image.store(*commands, same_format_->image().handle());
        image.release(*commands);
    };
}

} // namespace parallax
