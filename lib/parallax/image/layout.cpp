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

std::uint64_t ImageLayout::end_of(std::size_t plane) const {
    const PlaneLayout& place = planes.at(plane);
    const std::uint64_t rows = plane_extent(plane).height;
    return rows == 0 ? place.offset
                     : multiply_add(place.stride, rows - 1,
                                    multiply_add(place.offset, 1, row_bytes(plane)));
}

std::uint32_t ImageLayout::buffer_count() const {
    std::uint32_t highest = 0;
    for (std::size_t i = 0; i < format().plane_count; ++i) {
        highest = std::max(highest, planes.at(i).buffer);
    }
    return highest + 1;
}

std::uint64_t ImageLayout::size(std::uint32_t buffer) const {
    std::uint64_t end = 0;
    for (std::size_t i = 0; i < format().plane_count; ++i) {
        if (planes.at(i).buffer == buffer) {
            end = std::max(end, end_of(i));
        }
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
            .siting = siting,
            .planes = {{{.offset = planes.at(plane).offset, .stride = planes.at(plane).stride}}}};
}

ImageLayout portable_layout(Extent extent, std::uint32_t fourcc, PlanePlacement placement) {
    constexpr std::uint64_t page = 4096;
    ImageLayout layout{.extent = extent, .fourcc = fourcc};
    std::uint64_t end = 0;
    for (std::uint32_t i = 0; i < layout.format().plane_count; ++i) {
        const bool own = placement == PlanePlacement::buffer_each;
        layout.planes.at(i) = {.buffer = own ? i : 0,
                               .offset = own ? 0 : (end + page - 1) / page * page,
                               .stride = portable_stride(layout.plane_extent(i).width,
                                                         layout.format().planes.at(i).bytes)};
        // All of the last row: drivers round up.
        end =
            layout.planes.at(i).offset + layout.planes.at(i).stride * layout.plane_extent(i).height;
    }
    return layout;
}

} // namespace parallax
