// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/picture.hpp"
#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/gpu_turn.hpp"
#include "parallax/vulkan/image_target.hpp"
#include "parallax/vulkan/imported_image.hpp"
#include "parallax/vulkan/view_renderer.hpp"

namespace parallax {

/// Renders an imported image without a window and reads the result back: the GPU view as a
/// picture. Nothing of it goes through the CPU's mapping.
///
/// Owns its targets and pipelines; borrows the Context, which must outlive it. Its members throw
/// vk::SystemError when the device fails.
class GpuView {
public:
    /// @param layout of the images that it will be given.
    GpuView(const Context& context, const ImageLayout& layout);

    /// What the GPU samples from the memory now. Waits for the GPU.
    [[nodiscard]] Picture read(ImportedImage& image) const;

    /// The GPU renders the negative of what it samples and writes that into the memory. Waits for
    /// the GPU. Only if the image can_store().
    void write_negative(ImportedImage& image) const;

    /// The same two as turns at the dma-buf that the image is in: after those who left a fence
    /// there, and with a fence for those who come next.
    [[nodiscard]] Picture read(ImportedImage& image, const DmaBuf& buffer) const;
    /// The negative, as a turn.
    /// @return the turn, whose end waits for the GPU.
    [[nodiscard]] GpuTurn write_negative(ImportedImage& image, const DmaBuf& buffer) const;

private:
    [[nodiscard]] GpuTurn::Record draw_to_screen(ImportedImage& image) const;
    [[nodiscard]] GpuTurn::Record draw_negative(ImportedImage& image) const;

    const Context& context_;
    ImageTarget screen_; ///< 8 bits a channel, as a picture has them
    ViewRenderer to_screen_;
    ImageTarget same_format_; ///< in the imported format, to be copied into the memory
    ViewRenderer to_same_format_;
};

} // namespace parallax
