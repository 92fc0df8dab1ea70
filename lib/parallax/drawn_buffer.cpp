// SPDX-License-Identifier: MIT
#include "parallax/drawn_buffer.hpp"

#include "parallax/cpu_access.hpp"
#include "parallax/painter.hpp"

#include <format>
#include <stdexcept>

namespace parallax {
namespace {

ImageLayout portable_layout(Extent extent, const PixelFormat& format) {
    return {
        .extent = extent, .format = &format, .stride = portable_stride(extent.width, format.bytes)};
}

/// Drivers want more than the pixels take: radeonsi pads the height to 16 rows, v3dv 64 bytes.
std::uint64_t roomy_size(const ImageLayout& layout) {
    const std::uint64_t rows = (std::uint64_t{layout.extent.height} + 15) / 16 * 16;
    return rows * layout.stride + 64;
}

DmaBuf require_room(DmaBuf&& buffer, const ImageLayout& layout) {
    if (buffer.size() < layout.size()) {
        throw std::invalid_argument(std::format("the dma-buf holds {} bytes, its picture takes {}",
                                                buffer.size(), layout.size()));
    }
    return std::move(buffer);
}

} // namespace

DrawnBuffer::DrawnBuffer(Exporter& exporter, Extent extent, const PixelFormat& format)
    : layout_(portable_layout(extent, format)),
      buffer_(exporter.allocate(roomy_size(layout_))),
      mapping_(buffer_.map()) {}

DrawnBuffer::DrawnBuffer(DmaBuf&& buffer, const ImageLayout& layout)
    : layout_(layout),
      buffer_(require_room(std::move(buffer), layout)),
      mapping_(buffer_.map()) {}

void DrawnBuffer::paint(const Picture& picture) {
    const CpuWrite access(mapping_);
    parallax::paint(picture, layout_, access.bytes());
}

Picture DrawnBuffer::view() const {
    const CpuRead access(mapping_);
    return parallax::view(layout_, access.bytes());
}

} // namespace parallax
