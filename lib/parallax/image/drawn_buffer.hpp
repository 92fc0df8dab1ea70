// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/picture_exporter.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace parallax {

/// A dma-buf with a picture that the CPU draws and reads: the buffer, the layout of the pixels, and
/// the mapping. It involves no device unless the memory cannot be mapped; any device may import the
/// dma-buf.
///
/// Owns the dma-buf and the mapping.
class DrawnBuffer {
public:
    /// Allocates for an importer that is not known yet, see allocate_picture().
    /// @param name of the dma-buf, see DmaBuf::set_name().
    /// @throws std::system_error when the exporter refuses.
    DrawnBuffer(Exporter& exporter, Extent extent, std::uint32_t fourcc,
                std::string_view name = "parallax picture");

    /// Maps an existing buffer, for example one from another process.
    /// @throws std::invalid_argument when it is too small for the layout, std::system_error with
    ///         mmap's errno.
    DrawnBuffer(DmaBuf&& buffer, const ImageLayout& layout);

    /// The same. Memory with another access need not allow mmap.
    explicit DrawnBuffer(PictureMemory&& memory);

    /// The dma-buf. This and the following are borrowed.
    [[nodiscard]] const DmaBuf& buffer() const noexcept { return buffer_; }
    /// The layout of the pixels in it.
    [[nodiscard]] const ImageLayout& layout() const noexcept { return layout_; }

    /// The mapping of all of it.
    /// @throws std::runtime_error with why_not_mapped() if there is none.
    [[nodiscard]] const Mapping& mapping() const;
    /// Why the CPU draws in another way than in a mapping; empty if it has one.
    [[nodiscard]] const std::string& why_not_mapped() const noexcept { return why_not_mapped_; }
    /// True if the CPU may draw.
    [[nodiscard]] bool writable() const noexcept {
        return !mapping_ || mapping_->protection() == Protection::read_write;
    }
    /// "mmap", or the other way and why; empty if there is no other way than mmap.
    [[nodiscard]] std::string access() const;

    /// Writes a picture by the CPU, under SYNC, which waits for the fences in the dma-buf.
    /// @throws std::invalid_argument as write_pixels(), std::system_error with the errno of SYNC.
    void paint(const Picture& picture);

    /// The CPU view, read under SYNC.
    /// @throws std::invalid_argument as read_pixels(), std::system_error with the errno of SYNC.
    [[nodiscard]] Picture cpu_view() const;

private:
    ImageLayout layout_;
    DmaBuf buffer_;
    std::unique_ptr<PictureAccess> access_; // not used where there is a mapping; null: there is one
    std::string why_not_mapped_;
    std::optional<Mapping> mapping_;
};

} // namespace parallax
