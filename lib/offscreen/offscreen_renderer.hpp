// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "offscreen/image_renderer.hpp"
#include "offscreen/image_target.hpp"
#include "offscreen/submission.hpp"
#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/vulkan/import/image.hpp"

#include <optional>

namespace parallax {

/// Renders an imported image without a window and reads the result back: the GPU view as a
/// picture. Nothing of it goes through the CPU's mapping.
///
/// Owns its targets and pipelines; borrows the Context, which must outlive it. Its members throw
/// vk::SystemError when the device fails.
class OffscreenRenderer {
public:
    /// @param layout of the images that it will be given.
    OffscreenRenderer(const Context& context, const ImageLayout& layout);

    /// What the GPU samples from the memory now. Waits for the GPU.
    [[nodiscard]] Picture read(ImportedImage& image) const;

    /// The GPU renders the negative of what it samples and writes that into the memory. Waits for
    /// the GPU. Only if the image can_store() and can_write().
    void write_negative(ImportedImage& image) const;

    /// True if the device draws into images of this format.
    [[nodiscard]] bool can_write() const noexcept { return same_format_.has_value(); }

    /// The same two as a Submission that accesses @p buffer, which the image is in: after the work
    /// whose fences are there, and with a fence for what comes next.
    [[nodiscard]] Picture read(ImportedImage& image, const DmaBuf& buffer) const;
    /// The negative.
    /// @return the submission, whose end waits for the GPU.
    [[nodiscard]] Submission write_negative(ImportedImage& image, const DmaBuf& buffer) const;

private:
    [[nodiscard]] Submission::Record draw_to_screen(ImportedImage& image) const;
    [[nodiscard]] Submission::Record draw_negative(ImportedImage& image) const;

    const Context& context_;
    ImageTarget screen_; ///< 8 bits a channel, as a picture has them
    ImageRenderer to_screen_;
    std::optional<ImageTarget> same_format_; ///< in the imported format, to be copied to the memory
    std::optional<ImageRenderer> to_same_format_;
    Shade negative_ = Shade::negative;
};

} // namespace parallax
