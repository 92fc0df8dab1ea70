// SPDX-License-Identifier: MIT
#include "parallax/image/picture_exporter.hpp"

namespace parallax {
namespace {

/// Drivers need more than the pixels take: radeonsi pads the height to 16 rows, v3dv 64 bytes.
std::uint64_t roomy_size(const ImageLayout& layout) {
    const std::uint64_t rows = (std::uint64_t{layout.extent.height} + 15) / 16 * 16;
    return rows * layout.planes[0].stride + 64;
}

} // namespace

std::expected<PictureMemory, Reasons> allocate_picture(Exporter& exporter,
                                                       const PictureRequest& request) {
    if (auto* const own = dynamic_cast<PictureExporter*>(&exporter)) {
        return own->allocate_picture(request);
    }
    const ImageLayout layout = portable_layout(request.extent, request.fourcc);
    return PictureMemory{.buffer = exporter.allocate(roomy_size(layout)), .layout = layout};
}

} // namespace parallax
