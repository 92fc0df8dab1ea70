// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image_layout.hpp"
#include "parallax/pixel_format.hpp"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace parallax {

/// A picture in ordinary memory: rows of Rgba8 from the top, no padding. A value.
class Picture {
public:
    Picture() = default;
    /// A picture of one colour.
    explicit Picture(Extent extent, Rgba8 fill = {})
        : extent_(extent),
          pixels_(extent.pixels(), fill) {}

    /// Pixels.
    [[nodiscard]] Extent extent() const noexcept { return extent_; }

    /// One pixel, counted from the top left. Unchecked: it must lie within the extent.
    [[nodiscard]] Rgba8& at(std::uint32_t x, std::uint32_t y) {
        return pixels_[std::size_t{y} * extent_.width + x];
    }
    /// One pixel, to be read.
    [[nodiscard]] const Rgba8& at(std::uint32_t x, std::uint32_t y) const {
        return pixels_[std::size_t{y} * extent_.width + x];
    }

    /// A row, counted from the top. Unchecked.
    [[nodiscard]] std::span<Rgba8> row(std::uint32_t y) {
        return std::span(pixels_).subspan(std::size_t{y} * extent_.width, extent_.width);
    }
    /// A row, to be read.
    [[nodiscard]] std::span<const Rgba8> row(std::uint32_t y) const {
        return std::span(pixels_).subspan(std::size_t{y} * extent_.width, extent_.width);
    }

    /// All pixels in reading order.
    [[nodiscard]] std::span<Rgba8> pixels() noexcept { return pixels_; }
    /// All pixels, to be read.
    [[nodiscard]] std::span<const Rgba8> pixels() const noexcept { return pixels_; }

    bool operator==(const Picture&) const = default;

private:
    Extent extent_;
    std::vector<Rgba8> pixels_;
};

/// Reads a PNG or JPEG file.
/// @throws std::runtime_error with the file's name, what is wrong, and what is accepted.
[[nodiscard]] Picture load_picture(const std::filesystem::path& file);

/// The same from a file's content; @p name stands for it in messages.
[[nodiscard]] Picture decode_picture(std::span<const unsigned char> content,
                                     const std::string& name);

/// Writes a PNG: first beside it, then renamed, so that no half-written file is ever seen.
/// @throws std::runtime_error or std::system_error with the file's name.
void save_png(const Picture& picture, const std::filesystem::path& file);

/// The picture scaled to @p extent: averaged when it gets smaller, interpolated when larger.
[[nodiscard]] Picture resized(const Picture& picture, Extent extent);

/// A picture made to show mistakes: every pixel differs from its neighbours, rows and columns can
/// be told apart, and @p seed changes all of it.
[[nodiscard]] Picture test_pattern(Extent extent, std::uint32_t seed);

} // namespace parallax
