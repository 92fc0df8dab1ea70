// SPDX-License-Identifier: MIT
#include "parallax/image/layout_fault.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

namespace parallax {
namespace {

/// "plane 1: ", if there are several.
std::string plane_name(const ImageLayout& layout, std::size_t plane) {
    return layout.format().plane_count > 1 ? text::format("plane {}: ", plane) : std::string();
}

std::string size_and_name(const ImageLayout& layout) {
    return text::format("{}x{} {}", layout.extent.width, layout.extent.height,
                        layout.format().name);
}

std::string fault_of_sides(const ImageLayout& layout) {
    const Format& format = layout.format();
    if (layout.extent.width % format.block_width() == 0 &&
        layout.extent.height % format.block_height() == 0) {
        return {};
    }
    return text::format(
        "a {} picture cannot be: {}x{} pixels share their chroma, and the sides must "
        "be multiples of these",
        size_and_name(layout), format.block_width(), format.block_height());
}

std::string fault_of_plane(const ImageLayout& layout, std::size_t i,
                           std::span<const std::uint64_t> sizes) {
    const PlaneLayout& plane = layout.planes.at(i);
    if (plane.buffer >= sizes.size()) {
        return text::format("{}it lies in buffer {}, and there are {}", plane_name(layout, i),
                            plane.buffer, sizes.size());
    }
    if (plane.stride < layout.row_bytes(i)) {
        return text::format(
            "{}a stride of {} bytes is shorter than a row of {} {} pixels, which takes {}",
            plane_name(layout, i), plane.stride, layout.extent.width, layout.format().name,
            layout.row_bytes(i));
    }
    if (layout.end_of(i) > sizes[plane.buffer]) {
        return text::format(
            "{}a {} picture with stride {} at offset {} needs {} bytes; the buffer holds {}",
            plane_name(layout, i), size_and_name(layout), plane.stride, plane.offset,
            layout.end_of(i), sizes[plane.buffer]);
    }
    return {};
}

/// True if rows of both share bytes. Rows of one may lie in the padding of the other's.
bool overlap(const ImageLayout& layout, std::size_t a, std::size_t b) {
    const PlaneLayout& first = layout.planes.at(a);
    const PlaneLayout& second = layout.planes.at(b);
    if (first.buffer != second.buffer || layout.end_of(a) <= second.offset ||
        layout.end_of(b) <= first.offset) {
        return false;
    }
    if (first.stride != second.stride || first.offset > second.offset) {
        return true;
    }
    const std::uint64_t beside = (second.offset - first.offset) % first.stride;
    return beside < layout.row_bytes(a) || beside + layout.row_bytes(b) > first.stride;
}

std::string fault_of_pairs(const ImageLayout& layout) {
    for (std::size_t b = 1; b < layout.format().plane_count; ++b) {
        for (std::size_t a = 0; a < b; ++a) {
            if (overlap(layout, a, b)) {
                return text::format(
                    "planes {} and {} overlap in buffer {}: bytes {} to {} and {} to {}", a, b,
                    layout.planes.at(a).buffer, layout.planes.at(a).offset, layout.end_of(a),
                    layout.planes.at(b).offset, layout.end_of(b));
            }
        }
    }
    return {};
}

} // namespace

std::string fault_of(const ImageLayout& layout, std::span<const std::uint64_t> sizes) {
    std::string fault = fault_of_sides(layout);
    for (std::size_t i = 0; i < layout.format().plane_count && fault.empty(); ++i) {
        fault = fault_of_plane(layout, i, sizes);
    }
    return fault.empty() ? fault_of_pairs(layout) : fault;
}

void detail::require_no_fault(const ImageLayout& layout, BufferBytes memory) {
    std::vector<std::uint64_t> sizes;
    for (const std::span<const std::byte> bytes : memory) {
        sizes.push_back(bytes.size());
    }
    if (std::string fault = fault_of(layout, sizes); !fault.empty()) {
        throw std::invalid_argument(std::move(fault));
    }
}

void detail::require_no_fault(const ImageLayout& layout, WritableBytes memory) {
    const std::vector<std::span<const std::byte>> bytes(memory.begin(), memory.end());
    require_no_fault(layout, bytes);
}

} // namespace parallax
