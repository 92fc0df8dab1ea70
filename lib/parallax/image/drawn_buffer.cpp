// SPDX-License-Identifier: MIT
#include "parallax/image/drawn_buffer.hpp"

#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <deque>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace parallax {
namespace {

std::vector<DmaBuf> allocate(Exporter& exporter, const ImageLayout& layout, std::string_view name) {
    std::vector<DmaBuf> buffers;
    for (std::uint32_t i = 0; i < layout.buffer_count(); ++i) {
        buffers.push_back(exporter.allocate(roomy_size(layout, i)));
        buffers.back().set_name(name);
        if (i > 0 && buffers.front().inode() == buffers.back().inode()) {
            throw std::system_error(EOPNOTSUPP, std::generic_category(),
                                    "this exporter gives the same memory each time, so planes "
                                    "cannot lie in dma-bufs of their own");
        }
    }
    return buffers;
}

std::vector<DmaBuf> require_room(std::vector<DmaBuf> buffers, const ImageLayout& layout) {
    if (std::string fault = fault_of(layout, sizes_of(buffers)); !fault.empty()) {
        throw std::invalid_argument(std::move(fault));
    }
    return buffers;
}

std::vector<DmaBuf> alone(DmaBuf&& buffer) {
    std::vector<DmaBuf> buffers;
    buffers.push_back(std::move(buffer));
    return buffers;
}

PictureMemory allocate_or_throw(Exporter& exporter, const PictureRequest& request) {
    auto memory = allocate_picture(exporter, request);
    if (!memory) {
        throw std::system_error(EOPNOTSUPP, std::generic_category(), joined(memory.error(), "; "));
    }
    return *std::move(memory);
}

std::vector<Mapping> map_all(std::span<const DmaBuf> buffers) {
    std::vector<Mapping> mappings;
    for (const DmaBuf& buffer : buffers) {
        mappings.push_back(buffer.map());
    }
    return mappings;
}

/// CPU access to all buffers, each under SYNC, until it ends.
template <class Access>
class AccessToAll {
public:
    explicit AccessToAll(auto& mappings) {
        for (auto& mapping : mappings) {
            bytes_.push_back(accesses_.emplace_back(mapping).bytes());
        }
    }
    [[nodiscard]] auto bytes() const { return std::span(bytes_); }

private:
    std::deque<Access> accesses_;
    std::vector<decltype(std::declval<const Access&>().bytes())> bytes_;
};

} // namespace

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

DrawnBuffer::DrawnBuffer(Exporter& exporter, Extent extent, std::uint32_t fourcc,
                         std::string_view name)
    : DrawnBuffer(allocate_or_throw(exporter, {.extent = extent, .fourcc = fourcc})) {
    buffer().set_name(name);
}

DrawnBuffer::DrawnBuffer(Exporter& exporter, const ImageLayout& layout, std::string_view name)
    : layout_(layout),
      buffers_(allocate(exporter, layout, name)),
      mappings_(map_all(buffers_)) {}

DrawnBuffer::DrawnBuffer(std::vector<DmaBuf> buffers, const ImageLayout& layout)
    : layout_(layout),
      buffers_(require_room(std::move(buffers), layout)),
      mappings_(map_all(buffers_)) {}

DrawnBuffer::DrawnBuffer(DmaBuf&& buffer, const ImageLayout& layout)
    : DrawnBuffer(alone(std::move(buffer)), layout) {}

DrawnBuffer::DrawnBuffer(PictureMemory&& memory)
    : layout_(memory.layout),
      buffers_(require_room(alone(std::move(memory.buffer)), layout_)),
      access_(std::move(memory.access)) {
    if (access_ && layout_.modifier != DRM_FORMAT_MOD_LINEAR) {
        why_not_mapped_ = "its pixels do not lie in rows";
        return;
    }
    if (access_ && !buffer().writable()) {
        why_not_mapped_ = "its fd lacks O_RDWR";
        return;
    }
    try {
        mappings_ = map_all(buffers_);
    } catch (const std::system_error& error) {
        if (!access_) {
            throw;
        }
        why_not_mapped_ = error.what();
    }
}

const Mapping& DrawnBuffer::mapping() const {
    if (mappings_.empty()) {
        throw std::runtime_error("the CPU has no mapping of this memory: " + why_not_mapped_);
    }
    return mappings_.front();
}

bool DrawnBuffer::writable() const noexcept {
    return mappings_.empty() || mappings_.front().protection() == Protection::read_write;
}

std::string DrawnBuffer::access() const {
    if (!access_) {
        return {};
    }
    return mappings_.empty() ? text::format("{}: {}", access_->name(), why_not_mapped_) : "mmap";
}

void DrawnBuffer::paint(const Picture& picture) {
    if (mappings_.empty()) {
        access_->write(picture);
        return;
    }
    const AccessToAll<CpuWrite> access(mappings_);
    write_pixels(picture, layout_, access.bytes());
}

SampledPicture DrawnBuffer::view() const {
    if (mappings_.empty()) {
        return {.picture = access_->read()};
    }
    const AccessToAll<CpuRead> access(mappings_);
    return read_sampled(layout_, access.bytes());
}

} // namespace parallax
