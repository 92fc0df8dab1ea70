// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image_layout.hpp"
#include "parallax/vulkan/vk.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace parallax::bench {

/// An endless film for benchmarks: every frame differs from the last in every pixel, and a frame
/// costs nothing to make but the writing of it. Its rows come from one pattern, which stays in the
/// processor's cache. XRGB8888.
class TestFrames {
public:
    explicit TestFrames(Extent extent);

    [[nodiscard]] Extent extent() const noexcept { return extent_; }
    [[nodiscard]] const PixelFormat& format() const noexcept { return *format_; }

    /// Writes @p part of frame @p number. @p memory begins with what @p layout describes.
    void paint(std::uint32_t number, const vk::Rect2D& part, const ImageLayout& layout,
               std::span<std::byte> memory) const;

    /// One pixel of a frame as people see it.
    [[nodiscard]] Rgba8 pixel(std::uint32_t number, std::uint32_t x, std::uint32_t y) const;

private:
    [[nodiscard]] std::size_t start_of_row(std::uint32_t number, std::uint32_t y) const noexcept;

    Extent extent_;
    const PixelFormat* format_;
    std::vector<std::uint32_t> pattern_;
};

} // namespace parallax::bench
