// SPDX-License-Identifier: MIT
#include "parallax/image/drawn_buffer.hpp"

#include "parallax/dmabuf/cpu_access.hpp"
#include "parallax/image/pixels.hpp"

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <string>
#include <utility>

namespace parallax {
namespace {

/// Drivers need more than the pixels take: radeonsi pads the height to 16 rows, v3dv 64 bytes.
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

std::vector<DmaBuf> allocate(Exporter& exporter, const ImageLayout& layout, std::string_view name) {
    std::vector<DmaBuf> buffers;
    for (std::uint32_t i = 0; i < layout.buffer_count(); ++i) {
        buffers.push_back(exporter.allocate(roomy_size(layout, i)));
        buffers.back().set_name(name);
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

void DrawnBuffer::paint(const Picture& picture) {
    const AccessToAll<CpuWrite> access(mappings_);
    write_pixels(picture, layout_, access.bytes());
}

SampledPicture DrawnBuffer::view() const {
    const AccessToAll<CpuRead> access(mappings_);
    return read_sampled(layout_, access.bytes());
}

} // namespace parallax
