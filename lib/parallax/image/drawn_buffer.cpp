// SPDX-License-Identifier: MIT
#include "parallax/image/drawn_buffer.hpp"

#include "parallax/dmabuf/cpu_access.hpp"
#include "parallax/image/pixels.hpp"

#include <format>
#include <stdexcept>

namespace parallax {
namespace {

/// Drivers need more than the pixels take: radeonsi pads the height to 16 rows, v3dv 64 bytes.
std::uint64_t roomy_size(const ImageLayout& layout) {
    const std::uint64_t rows = (std::uint64_t{layout.extent.height} + 15) / 16 * 16;
    return rows * layout.planes[0].stride + 64;
}

DmaBuf require_room(DmaBuf&& buffer, const ImageLayout& layout) {
    if (buffer.size() < layout.size()) {
        throw std::invalid_argument(std::format("the dma-buf holds {} bytes, its picture takes {}",
                                                buffer.size(), layout.size()));
    }
    return std::move(buffer);
}

} // namespace

DrawnBuffer::DrawnBuffer(Exporter& exporter, Extent extent, std::uint32_t fourcc,
                         std::string_view name)
    : layout_(portable_layout(extent, fourcc)),
      buffer_(exporter.allocate(roomy_size(layout_))),
      mapping_(buffer_.map()) {
    buffer_.set_name(name);
}

DrawnBuffer::DrawnBuffer(DmaBuf&& buffer, const ImageLayout& layout)
    : layout_(layout),
      buffer_(require_room(std::move(buffer), layout)),
      mapping_(buffer_.map()) {}

void DrawnBuffer::paint(const Picture& picture) {
    const CpuWrite access(mapping_);
    write_pixels(picture, layout_, access.bytes());
}

Picture DrawnBuffer::cpu_view() const {
    const CpuRead access(mapping_);
    return read_pixels(layout_, access.bytes());
}

} // namespace parallax
