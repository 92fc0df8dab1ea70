// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"

#include <glm/vec2.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace parallax::demo {

/// What the window offers to draw with; the first is the brush's own.
inline constexpr std::array brush_colours{
    Rgba8{.r = 255, .g = 214, .b = 64},  Rgba8{.r = 255, .g = 92, .b = 92},
    Rgba8{.r = 96, .g = 220, .b = 130},  Rgba8{.r = 86, .g = 170, .b = 255},
    Rgba8{.r = 255, .g = 255, .b = 255}, Rgba8{.r = 0, .g = 0, .b = 0}};

/// What the CPU draws with.
struct Brush {
    Rgba8 colour = brush_colours.front();
    float radius = 9.0F; ///< in pixels of the picture

    static constexpr float smallest = 0.5F;
    static constexpr float largest = 64.0F;

    bool operator==(const Brush&) const = default;
};

/// A straight stroke with round ends, in pixels of the picture; equal ends make a dot. Either may
/// lie outside of the picture.
struct Stroke {
    glm::vec2 from{};
    glm::vec2 to{};

    bool operator==(const Stroke&) const = default;
};

/// A stroke, and what it is drawn with.
struct BrushStroke {
    Stroke stroke;
    Brush brush;
};

/// Some columns and rows of a picture.
struct PixelRange {
    std::uint32_t left = 0;
    std::uint32_t top = 0;
    std::uint32_t right = 0;  ///< the first column that is no part of it
    std::uint32_t bottom = 0; ///< the first row that is no part of it

    bool operator==(const PixelRange&) const = default;
};

/// Outside of it, draw() writes nothing into a picture of this size.
[[nodiscard]] PixelRange touched(const BrushStroke& drawn, Extent picture);

/// Writes every pixel whose centre lies within the brush's radius of the stroke, and no other
/// byte. Allocates nothing.
/// @param memory the whole buffer, as CpuAccess gives it; must hold the layout.
void draw(const BrushStroke& drawn, const ImageLayout& layout, std::span<std::byte> memory);

} // namespace parallax::demo
