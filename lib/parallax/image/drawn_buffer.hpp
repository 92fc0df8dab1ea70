// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/pixels.hpp"

#include <drm_fourcc.h>

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parallax {

/// A request for memory for a picture.
struct PictureRequest {
    Extent extent;                                               ///< pixels
    std::uint32_t fourcc = 0;                                    ///< DRM_FORMAT_...
    std::vector<std::uint64_t> modifiers{DRM_FORMAT_MOD_LINEAR}; ///< that the importer takes
};

/// Another way than mmap of the dma-buf in which the CPU writes and reads a picture. Owns what it
/// needs of the device that allocated the memory.
class PictureAccess {
public:
    PictureAccess() = default;
    PictureAccess(const PictureAccess&) = delete;
    PictureAccess& operator=(const PictureAccess&) = delete;
    PictureAccess(PictureAccess&&) = delete;
    PictureAccess& operator=(PictureAccess&&) = delete;
    virtual ~PictureAccess() = default;

    /// "gbm_bo_map", for people.
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    /// Writes a picture of the extent of the memory. Waits until it is written.
    /// @throws std::system_error when the device fails.
    virtual void write(const Picture& picture) = 0;
    /// @throws as write().
    [[nodiscard]] virtual Picture read() const = 0;
};

/// Memory for a picture, and the layout that the device which allocated it has chosen.
struct PictureMemory {
    DmaBuf buffer;                                   ///< holds the layout's bytes or more
    ImageLayout layout;                              ///< of the extent and format of the request
    std::unique_ptr<PictureAccess> access = nullptr; ///< if mmap fails; null: there is only mmap
};

/// An exporter that chooses the layout of a picture: stride, offset and modifier are those that its
/// device can use. The bytes of allocate() have none. Neither needs to be zero. open_exporter()
/// returns none of these: they are exporters of the program's own.
class PictureExporter : public Exporter {
public:
    /// @return memory for the picture, or why there is none.
    /// @throws std::system_error when the device fails.
    [[nodiscard]] virtual std::expected<PictureMemory, Reasons>
    allocate_picture(const PictureRequest& request) = 0;
};

/// Bytes that a buffer needs for the planes that lie in it, with room for drivers that need more
/// than the pixels take: radeonsi pads the height to 16 rows, v3dv 64 bytes.
[[nodiscard]] std::uint64_t roomy_size(const ImageLayout& layout, std::uint32_t buffer = 0);

/// Memory for an importer that is not known yet, such as another process: of a PictureExporter in
/// its layout, of other exporters with portable_stride(), and room for drivers that pad.
/// @return as PictureExporter::allocate_picture().
/// @throws std::system_error when the exporter refuses.
[[nodiscard]] std::expected<PictureMemory, Reasons> allocate_picture(Exporter& exporter,
                                                                     const PictureRequest& request);

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
    /// How the CPU accesses the memory: "mmap", or the other method and the reason; empty if mmap
    /// is the only one.
    [[nodiscard]] std::string access() const;

    /// Writes a picture by the CPU: under SYNC, which waits for the fences in the dma-bufs, or by
    /// the PictureAccess where there is no mapping.
    /// @throws std::invalid_argument as write_pixels(), std::logic_error if it is not writable(),
    ///         std::system_error with the errno of SYNC, and what the PictureAccess throws.
    void paint(const Picture& picture);

    /// The CPU view, read under SYNC or by the PictureAccess.
    /// @throws std::invalid_argument as read_pixels(), std::system_error with the errno of SYNC,
    /// and
    ///         what the PictureAccess throws.
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
