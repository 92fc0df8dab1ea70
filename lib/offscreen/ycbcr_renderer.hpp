// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "offscreen/image_target.hpp"
#include "offscreen/pipeline.hpp"
#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/vulkan/import/multiplanar.hpp"

namespace parallax {

/// Renders imported YCbCr pictures of one layout, converts them to RGB on the way, and reads the
/// result back: the GPU view of a camera's frames. As exact as the CPU. Owns its pipeline and
/// target.
class YcbcrRenderer {
public:
    /// For pictures of this layout.
    /// @throws vk::SystemError when memory runs out.
    YcbcrRenderer(const Context& context, const ImageLayout& layout);

    /// What the GPU makes of the memory now, as a Submission of its own. Waits for the GPU, and
    /// before that for the fences in the buffers.
    [[nodiscard]] Picture read(ImportedYcbcr& picture, std::span<const DmaBuf> buffers) const;
    /// The same of one buffer.
    [[nodiscard]] Picture read(ImportedYcbcr& picture, const DmaBuf& buffer) const {
        return read(picture, std::span(&buffer, 1));
    }

private:
    void draw(const vk::raii::CommandBuffer& commands, const ImportedYcbcr& picture) const;

    const Context& context_;
    ImageLayout layout_;
    ImageTarget target_;
    Bindings bindings_;
    vk::raii::Pipeline pipeline_;
};

} // namespace parallax
