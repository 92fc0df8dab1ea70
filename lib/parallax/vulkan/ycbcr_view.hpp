// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/picture.hpp"
#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/image_target.hpp"
#include "parallax/vulkan/imported_ycbcr.hpp"

namespace parallax {

/// Renders imported YCbCr pictures of one layout, converts them to RGB on the way, and reads the
/// result back: the GPU view of a camera's frames. Owns its pipeline and target.
class YcbcrView {
public:
    /// For pictures of this layout.
    /// @throws vk::SystemError when memory runs out.
    YcbcrView(const Context& context, const YcbcrLayout& layout);

    /// What the GPU makes of the memory now, in a turn of its own at the dma-buf. Waits for the
    /// GPU.
    [[nodiscard]] Picture read(ImportedYcbcr& picture, const DmaBuf& buffer) const;

private:
    void draw(const vk::raii::CommandBuffer& commands, const ImportedYcbcr& picture) const;

    const Context& context_;
    YcbcrLayout layout_;
    ImageTarget target_;
    vk::raii::Sampler sampler_;
    vk::raii::DescriptorSetLayout set_layout_;
    vk::raii::DescriptorPool pool_;
    vk::raii::DescriptorSet set_;
    vk::raii::PipelineLayout pipeline_layout_;
    vk::raii::Pipeline pipeline_;
};

} // namespace parallax
