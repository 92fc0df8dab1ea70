// SPDX-License-Identifier: MIT
#include "parallax/image/drawn_buffer.hpp"

#include "parallax/dmabuf/cpu_access.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/printable.hpp"

#include <cerrno>
#include <format>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace parallax {
namespace {

DmaBuf require_room(DmaBuf&& buffer, const ImageLayout& layout) {
    if (buffer.size() < layout.size()) {
        throw std::invalid_argument(std::format("the dma-buf holds {} bytes, its picture takes {}",
                                                buffer.size(), layout.size()));
    }
    return std::move(buffer);
}

PictureMemory allocate_or_throw(Exporter& exporter, const PictureRequest& request) {
    auto memory = allocate_picture(exporter, request);
    if (!memory) {
        throw std::system_error(EOPNOTSUPP, std::generic_category(), joined(memory.error(), "; "));
    }
    return *std::move(memory);
}

} // namespace

DrawnBuffer::DrawnBuffer(Exporter& exporter, Extent extent, std::uint32_t fourcc,
                         std::string_view name)
    : DrawnBuffer(allocate_or_throw(exporter, {.extent = extent, .fourcc = fourcc})) {
    buffer_.set_name(name);
}

DrawnBuffer::DrawnBuffer(DmaBuf&& buffer, const ImageLayout& layout)
    : DrawnBuffer(PictureMemory{.buffer = std::move(buffer), .layout = layout}) {}

DrawnBuffer::DrawnBuffer(PictureMemory&& memory)
    : layout_(memory.layout),
      buffer_(require_room(std::move(memory.buffer), layout_)),
      access_(std::move(memory.access)) {
    if (access_ && layout_.modifier != DRM_FORMAT_MOD_LINEAR) {
        why_not_mapped_ = "its pixels do not lie in rows";
        return;
    }
    if (access_ && !buffer_.writable()) {
        why_not_mapped_ = "its fd lacks O_RDWR";
        return;
    }
    try {
        mapping_ = buffer_.map();
    } catch (const std::system_error& error) {
        if (!access_) {
            throw;
        }
        why_not_mapped_ = error.what();
    }
}

const Mapping& DrawnBuffer::mapping() const {
    if (!mapping_) {
        throw std::runtime_error("the CPU has no mapping of this memory: " + why_not_mapped_);
    }
    return *mapping_;
}

std::string DrawnBuffer::access() const {
    if (!access_) {
        return {};
    }
    return mapping_ ? "mmap" : std::format("{}: {}", access_->name(), why_not_mapped_);
}

void DrawnBuffer::paint(const Picture& picture) {
    if (!mapping_) {
        access_->write(picture);
        return;
    }
    const CpuWrite access(*mapping_);
    write_pixels(picture, layout_, access.bytes());
}

Picture DrawnBuffer::cpu_view() const {
    if (!mapping_) {
        return access_->read();
    }
    const CpuRead access(*mapping_);
    return read_pixels(layout_, access.bytes());
}

} // namespace parallax
