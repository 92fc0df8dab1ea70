// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/vk.hpp"
#include "parallax/image/picture.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace parallax::bench {

/// Frames for benchmarks: every pixel differs from that of the last frame, and only writing a frame
/// takes time, since its rows are copied from one pattern that stays in the processor's cache.
/// XRGB8888.
class TestFrames {
public:
    explicit TestFrames(Extent extent);

    [[nodiscard]] Extent extent() const noexcept { return extent_; }
    [[nodiscard]] std::uint32_t fourcc() const noexcept { return fourcc_; }

    /// Writes @p part of frame @p number to @p memory, with @p layout.
    void paint(std::uint32_t number, const vk::Rect2D& part, const ImageLayout& layout,
               std::span<std::byte> memory) const;

    /// The colour of one pixel of a frame.
    [[nodiscard]] Rgba8 pixel(std::uint32_t number, std::uint32_t x, std::uint32_t y) const;

private:
    [[nodiscard]] std::size_t start_of_row(std::uint32_t number, std::uint32_t y) const noexcept;

    Extent extent_;
    std::uint32_t fourcc_;
    std::vector<std::uint32_t> pattern_;
};

} // namespace parallax::bench
