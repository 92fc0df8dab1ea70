// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/picture_exporter.hpp"
#include "parallax/image/sampled_picture.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parallax {

/// A picture in one dma-buf, or in several, that the CPU draws and reads: the buffers, the layout
/// of the pixels, and the mappings. It involves no device unless the memory cannot be mapped; any
/// device may import the dma-bufs.
///
/// Owns the dma-bufs and the mappings.
class DrawnBuffer {
public:
    /// Allocates for an importer that is not known yet, see allocate_picture().
    /// @param name of the dma-buf, see DmaBuf::set_name().
    /// @throws std::system_error when the exporter refuses.
    DrawnBuffer(Exporter& exporter, Extent extent, std::uint32_t fourcc,
                std::string_view name = "parallax picture");

    /// The same with this layout, whatever the exporter would choose: as many buffers as its planes
    /// lie in, with room for drivers that pad.
    DrawnBuffer(Exporter& exporter, const ImageLayout& layout,
                std::string_view name = "parallax picture");

    /// Maps existing buffers, for example those from another process.
    /// @throws std::invalid_argument when fault_of() finds a fault, std::system_error with mmap's
    ///         errno.
    DrawnBuffer(std::vector<DmaBuf> buffers, const ImageLayout& layout);
    /// The same for one.
    DrawnBuffer(DmaBuf&& buffer, const ImageLayout& layout);
    /// The same. Memory with another access need not allow mmap.
    explicit DrawnBuffer(PictureMemory&& memory);

    /// The dma-bufs, in the order of PlaneLayout::buffer. This and the following are borrowed.
    [[nodiscard]] std::span<const DmaBuf> buffers() const noexcept { return buffers_; }
    /// The first of them.
    [[nodiscard]] const DmaBuf& buffer() const noexcept { return buffers_.front(); }
    /// The layout of the pixels in them.
    [[nodiscard]] const ImageLayout& layout() const noexcept { return layout_; }
    /// The mapping of all of the first.
    /// @throws std::runtime_error with why_not_mapped() if there is none.
    [[nodiscard]] const Mapping& mapping() const;
    /// Why the CPU draws in another way than in a mapping; empty if it has one.
    [[nodiscard]] const std::string& why_not_mapped() const noexcept { return why_not_mapped_; }
    /// True if the CPU may draw.
    [[nodiscard]] bool writable() const noexcept;
    /// "mmap", or the other way and why; empty if there is no other way than mmap.
    [[nodiscard]] std::string access() const;

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
    std::unique_ptr<PictureAccess> access_; // not used where there are mappings; null: there are
    std::string why_not_mapped_;
    std::vector<Mapping> mappings_;
};

} // namespace parallax
