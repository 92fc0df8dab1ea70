// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "offscreen/local_buffer.hpp"
#include "offscreen/local_image.hpp"
#include "offscreen/pipeline.hpp"
#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/vulkan/import/image.hpp"

#include <memory>
#include <span>
#include <vector>

namespace parallax {

/// Renders imported pictures of one layout, each plane as an image, and reads back the samples at
/// the depth of the format: what the GPU samples, without rounding to 8 bits. Owns its targets and
/// pipeline.
class SampleRenderer {
public:
    /// For pictures of this layout.
    /// @throws vk::SystemError when memory runs out.
    SampleRenderer(const Context& context, const ImageLayout& layout);

    /// The samples in the memory now, as a Submission of its own. Waits for the GPU.
    /// @param planes  in the order of the format.
    /// @param buffers that they lie in.
    [[nodiscard]] Samples read(std::span<ImportedImage* const> planes,
                               std::span<const DmaBuf> buffers) const;

private:
    /// What a plane is drawn into, four components of 16 bits, and read back from.
    struct Target {
        LocalImage image;
        LocalBuffer readback;
    };

    void draw(const vk::raii::CommandBuffer& commands, const ImportedImage& source,
              std::uint32_t plane) const;
    [[nodiscard]] Samples taken() const;

    const Context& context_;
    ImageLayout layout_;
    std::vector<Target> targets_;
    Bindings bindings_;
    vk::raii::Pipeline pipeline_;
};

} // namespace parallax
