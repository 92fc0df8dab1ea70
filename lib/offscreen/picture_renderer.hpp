// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "offscreen/offscreen_renderer.hpp"
#include "offscreen/sample_renderer.hpp"
#include "offscreen/ycbcr_renderer.hpp"
#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/vulkan/import/multiplanar.hpp"

#include <optional>
#include <span>

namespace parallax {

/// The GPU's view of imported pictures of one layout, of any format of the table: the picture, and
/// the samples where these are more. Owns the renderers that this needs.
class PictureRenderer {
public:
    /// For pictures of this layout.
    /// @throws vk::SystemError when memory runs out.
    PictureRenderer(const Context& context, const ImageLayout& layout);

    /// What the GPU samples from the memory now. Waits for the GPU.
    [[nodiscard]] SampledPicture read(ImportedYcbcr& picture,
                                      std::span<const DmaBuf> buffers) const;

    /// The GPU writes the negative of each plane. Waits for the GPU.
    /// @return false where it cannot write into the memory.
    [[nodiscard]] bool write_negative(ImportedYcbcr& picture,
                                      std::span<const DmaBuf> buffers) const;

private:
    const Context& context_;
    ImageLayout layout_;
    std::optional<OffscreenRenderer> colours_; // of 8 bits or less
    std::optional<SampleRenderer> samples_;
    std::optional<YcbcrRenderer> ycbcr_;
};

} // namespace parallax
