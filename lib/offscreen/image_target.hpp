// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "offscreen/local_buffer.hpp"
#include "offscreen/local_image.hpp"
#include "parallax/image/picture.hpp"

namespace parallax {

/// An image of the GPU's own to draw into, and the way to read it back: the headless target.
class ImageTarget {
public:
    /// @param extent pixels.
    /// @param format any 8888 or 565 format that can be drawn to.
    /// @throws vk::SystemError when memory runs out or the device cannot draw to that format.
    ImageTarget(const Context& context, Extent extent, std::uint32_t fourcc);

    /// What is drawn into; borrowed.
    [[nodiscard]] const LocalImage& image() const noexcept { return image_; }

    /// Records: from undefined content to a colour attachment.
    void begin(const vk::raii::CommandBuffer& commands) const;

    /// Records: from colour attachment to a source of copies.
    void finish(const vk::raii::CommandBuffer& commands) const;

    /// Records the copy into memory that the CPU can read; after finish().
    void copy_out(const vk::raii::CommandBuffer& commands) const;

    /// What was drawn; after the submission with copy_out() is done.
    [[nodiscard]] Picture read() const;

private:
    ImageLayout layout_; // of the readback buffer: tightly packed
    LocalImage image_;
    LocalBuffer readback_;
};

} // namespace parallax
