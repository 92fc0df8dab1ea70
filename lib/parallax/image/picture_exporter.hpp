// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"

#include <drm_fourcc.h>

#include <cstdint>
#include <expected>
#include <memory>
#include <string_view>
#include <vector>

namespace parallax {

/// A picture that memory is wanted for.
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

    /// "gbm_bo_map", for verdicts.
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
/// device can use. The bytes of allocate() have none. Nothing is promised of the content of either.
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

} // namespace parallax
