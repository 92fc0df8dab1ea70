// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"

#include <string_view>

namespace parallax {

/// A dma-buf with a picture that the CPU draws and reads: the buffer, the layout of the pixels, and
/// the mapping. It involves no device; any device may import the dma-buf.
///
/// Owns the dma-buf and the mapping.
class DrawnBuffer {
public:
    /// Allocates for an importer that is not known yet, such as another process: with
    /// portable_stride(), and room for drivers that pad.
    /// @param name of the dma-buf, see DmaBuf::set_name().
    /// @throws std::system_error when the exporter refuses.
    DrawnBuffer(Exporter& exporter, Extent extent, std::uint32_t fourcc,
                std::string_view name = "parallax picture");

    /// Maps an existing buffer, for example one from another process.
    /// @throws std::invalid_argument when it is too small for the layout, std::system_error with
    ///         mmap's errno.
    DrawnBuffer(DmaBuf&& buffer, const ImageLayout& layout);

    /// The dma-buf. This and the following are borrowed.
    [[nodiscard]] const DmaBuf& buffer() const noexcept { return buffer_; }
    /// The layout of the pixels in it.
    [[nodiscard]] const ImageLayout& layout() const noexcept { return layout_; }
    /// The mapping of all of it.
    [[nodiscard]] const Mapping& mapping() const noexcept { return mapping_; }

    /// Writes a picture by the CPU, under SYNC, which waits for the fences in the dma-buf.
    /// @throws std::invalid_argument as write_pixels(), std::system_error with the errno of SYNC.
    void paint(const Picture& picture);

    /// The CPU view, read under SYNC.
    /// @throws std::invalid_argument as read_pixels(), std::system_error with the errno of SYNC.
    [[nodiscard]] Picture cpu_view() const;

private:
    ImageLayout layout_;
    DmaBuf buffer_;
    Mapping mapping_;
};

} // namespace parallax
