// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "offscreen/image_target.hpp"
#include "offscreen/pipeline.hpp"
#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/vulkan/import/multiplanar.hpp"

#include <span>

namespace parallax {

/// Renders a picture of luma and chroma that was imported as one image, and reads it back: what the
/// sampler's conversion makes of it. Owns its pipeline and target; borrows the import, of which the
/// pipeline has the conversion.
class MultiplanarRenderer {
public:
    /// @throws vk::SystemError when memory runs out.
    MultiplanarRenderer(const Context& context, ImportedMultiplanar& image, Extent extent);

    /// What the GPU makes of the memory now, as a Submission of its own. Waits for the GPU.
    [[nodiscard]] Picture read(std::span<const DmaBuf> buffers) const;

private:
    const Context& context_;
    ImportedMultiplanar& image_;
    ImageTarget target_;
    Bindings bindings_;
    vk::raii::Pipeline pipeline_;
};

} // namespace parallax
