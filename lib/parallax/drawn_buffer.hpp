// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/exporter.hpp"
#include "parallax/image_layout.hpp"
#include "parallax/mapping.hpp"
#include "parallax/picture.hpp"

namespace parallax {

/// A dma-buf with a picture in it, as the CPU has it: the buffer, where the pixels lie, and the
/// mapping through which they are drawn and read. No device is involved; any may import it.
///
/// Owns the dma-buf and the mapping.
class DrawnBuffer {
public:
    /// Allocates for an importer that is not known yet, such as another process: the stride that
    /// every known driver takes, and room for those that pad.
    /// @throws std::system_error when the exporter refuses.
    DrawnBuffer(Exporter& exporter, Extent extent, const PixelFormat& format);

    /// Maps a buffer that exists already, one that came from another process for example.
    /// @throws std::invalid_argument when it is too small for the layout.
    DrawnBuffer(DmaBuf&& buffer, const ImageLayout& layout);

    /// The dma-buf. This and the following are borrowed.
    [[nodiscard]] const DmaBuf& buffer() const noexcept { return buffer_; }
    /// Where the pixels lie in it.
    [[nodiscard]] const ImageLayout& layout() const noexcept { return layout_; }
    /// The mapping of all of it.
    [[nodiscard]] const Mapping& mapping() const noexcept { return mapping_; }

    /// The CPU writes a picture, under SYNC, which waits for every device that uses the memory and
    /// has left a fence in it.
    void paint(const Picture& picture);

    /// The CPU view, read under SYNC.
    [[nodiscard]] Picture view() const;

private:
    ImageLayout layout_;
    DmaBuf buffer_;
    Mapping mapping_;
};

} // namespace parallax
