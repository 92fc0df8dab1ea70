// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/sampled_picture.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace parallax {

/// A picture in one dma-buf, or in several, that the CPU draws and reads: the buffers, the layout
/// of the pixels, and the mappings. It involves no device; any device may import the dma-bufs.
///
/// Owns the dma-bufs and the mappings.
class DrawnBuffer {
public:
    /// Allocates for an importer that is not known yet, such as another process: with
    /// portable_layout(), and room for drivers that pad.
    /// @param name of the dma-bufs, see DmaBuf::set_name().
    /// @throws std::system_error when the exporter refuses.
    DrawnBuffer(Exporter& exporter, Extent extent, std::uint32_t fourcc,
                std::string_view name = "parallax picture")
        : DrawnBuffer(exporter, portable_layout(extent, fourcc), name) {}

    /// The same with another layout: as many buffers as its planes lie in.
    DrawnBuffer(Exporter& exporter, const ImageLayout& layout,
                std::string_view name = "parallax picture");

    /// Maps existing buffers, for example those from another process.
    /// @throws std::invalid_argument when fault_of() finds a fault, std::system_error with mmap's
    ///         errno.
    DrawnBuffer(std::vector<DmaBuf> buffers, const ImageLayout& layout);
    /// The same for one.
    DrawnBuffer(DmaBuf&& buffer, const ImageLayout& layout);

    /// The dma-bufs, in the order of PlaneLayout::buffer. This and the following are borrowed.
    [[nodiscard]] std::span<const DmaBuf> buffers() const noexcept { return buffers_; }
    /// The first of them.
    [[nodiscard]] const DmaBuf& buffer() const noexcept { return buffers_.front(); }
    /// The layout of the pixels in them.
    [[nodiscard]] const ImageLayout& layout() const noexcept { return layout_; }
    /// The mapping of all of the first.
    [[nodiscard]] const Mapping& mapping() const noexcept { return mappings_.front(); }

    /// Writes a picture by the CPU, under SYNC, which waits for the fences in the dma-bufs.
    /// @throws std::invalid_argument as write_pixels(), std::system_error with the errno of SYNC.
    void paint(const Picture& picture);

    /// The CPU view, read under SYNC.
    /// @throws std::invalid_argument as read_pixels(), std::system_error with the errno of SYNC.
    [[nodiscard]] Picture cpu_view() const { return view().picture; }

    /// The same with its samples, if they are more than the picture.
    [[nodiscard]] SampledPicture view() const;

private:
    ImageLayout layout_;
    std::vector<DmaBuf> buffers_;
    std::vector<Mapping> mappings_;
};

} // namespace parallax
