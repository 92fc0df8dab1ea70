// SPDX-License-Identifier: MIT
#include "parallax/image/layout.hpp"

#include <span>

namespace parallax {
namespace {

/// a * b + c, or UINT64_MAX where that is more.
std::uint64_t multiply_add(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    std::uint64_t result = 0;
    const bool more =
        __builtin_mul_overflow(a, b, &result) || __builtin_add_overflow(result, c, &result);
    return more ? UINT64_MAX : result;
}

} // namespace

std::uint64_t ImageLayout::size(std::uint32_t buffer) const {
    std::uint64_t end = 0;
    for (std::size_t i = 0; i < format().plane_count; ++i) {
        const PlaneLayout& plane = planes.at(i);
        if (plane.buffer != buffer) {
            continue;
        }
        const std::uint64_t rows = plane_extent(i).height;
        end = std::max(end, rows == 0 ? plane.offset
                                      : multiply_add(plane.stride, rows - 1,
                                                     multiply_add(plane.offset, 1, row_bytes(i))));
    }
    return end;
}

bool ImageLayout::in_one_buffer() const {
    return std::ranges::all_of(
        std::span(planes).first(format().plane_count),
        [this](const PlaneLayout& plane) { return plane.buffer == planes.front().buffer; });
}

ImageLayout ImageLayout::plane_layout(std::size_t plane) const {
    return {.extent = plane_extent(plane),
            .fourcc = format().planes.at(plane).fourcc,
            .modifier = modifier,
            .encoding = encoding,
            .range = range,
            .planes = {{{.offset = planes.at(plane).offset, .stride = planes.at(plane).stride}}}};
}

} // namespace parallax
