// SPDX-License-Identifier: MIT
#include "parallax/image/picture_exporter.hpp"

#include <algorithm>
#include <cstddef>

namespace parallax {

std::uint64_t roomy_size(const ImageLayout& layout, std::uint32_t buffer) {
    std::uint64_t size = 0;
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        if (layout.planes.at(i).buffer == buffer) {
            const std::uint64_t rows =
                (std::uint64_t{layout.plane_extent(i).height} + 15) / 16 * 16;
            size = std::max(size, layout.planes.at(i).offset + rows * layout.planes.at(i).stride);
        }
    }
    return size + 64;
}

std::expected<PictureMemory, Reasons> allocate_picture(Exporter& exporter,
                                                       const PictureRequest& request) {
    if (auto* const own = dynamic_cast<PictureExporter*>(&exporter)) {
        return own->allocate_picture(request);
    }
    const ImageLayout layout = portable_layout(request.extent, request.fourcc);
    return PictureMemory{.buffer = exporter.allocate(roomy_size(layout)), .layout = layout};
}

} // namespace parallax
