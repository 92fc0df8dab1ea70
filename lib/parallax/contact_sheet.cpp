// SPDX-License-Identifier: MIT
#include "parallax/contact_sheet.hpp"

#include <stb/stb_easy_font.h>

#include <algorithm>
#include <array>

namespace parallax {
namespace {

constexpr Rgba8 paper{.r = 24, .g = 26, .b = 30, .a = 255};
constexpr Rgba8 ink{.r = 232, .g = 230, .b = 222, .a = 255};
constexpr Rgba8 frame{.r = 72, .g = 76, .b = 84, .a = 255};
constexpr std::uint32_t margin = 16;
constexpr std::uint32_t font_height = 12; // of stb_easy_font, in its own units

/// What stb_easy_font emits: four of these a rectangle.
struct FontVertex {
    float x, y, z;
    std::array<unsigned char, 4> colour;
};

class Canvas {
public:
    Canvas(Extent extent, std::uint32_t text_scale) : picture_(extent, paper), scale_(text_scale) {}

    void fill(std::uint32_t left, std::uint32_t top, Extent size, Rgba8 colour) {
        const Extent whole = picture_.extent();
        for (std::uint32_t y = top; y < std::min(top + size.height, whole.height); ++y) {
            for (std::uint32_t x = left; x < std::min(left + size.width, whole.width); ++x) {
                picture_.at(x, y) = colour;
            }
        }
    }

    void text(std::uint32_t left, std::uint32_t top, std::string words) {
        std::vector<FontVertex> vertices(words.size() * 64);
        const int quads =
            stb_easy_font_print(0, 0, words.data(), nullptr, vertices.data(),
                                static_cast<int>(vertices.size() * sizeof(FontVertex)));
        for (std::size_t i = 0; i < static_cast<std::size_t>(quads); ++i) {
            const FontVertex& first = vertices[4 * i];
            const FontVertex& third = vertices[4 * i + 2];
            fill(left + scaled(first.x), top + scaled(first.y),
                 {scaled(third.x - first.x), scaled(third.y - first.y)}, ink);
        }
    }

    void paste(std::uint32_t left, std::uint32_t top, const Picture& picture) {
        const Extent size = picture.extent();
        fill(left - 1, top - 1, {size.width + 2, size.height + 2}, frame);
        for (std::uint32_t y = 0; y < size.height; ++y) {
            for (std::uint32_t x = 0; x < size.width; ++x) {
                Rgba8 pixel = picture.at(x, y);
                pixel.a = 255;
                picture_.at(left + x, top + y) = pixel;
            }
        }
    }

    [[nodiscard]] Picture take() && { return std::move(picture_); }

private:
    [[nodiscard]] std::uint32_t scaled(float units) const {
        return static_cast<std::uint32_t>(units) * scale_;
    }

    Picture picture_;
    std::uint32_t scale_;
};

std::uint32_t text_width(std::string words, std::uint32_t scale) {
    return static_cast<std::uint32_t>(stb_easy_font_width(words.data())) * scale;
}

} // namespace

Picture contact_sheet(std::span<const Panel> panels, const std::string& caption) {
    std::uint32_t tallest = 0;
    std::uint32_t pictures_width = 0;
    for (const Panel& panel : panels) {
        tallest = std::max(tallest, panel.picture->extent().height);
        pictures_width += panel.picture->extent().width;
    }
    const std::uint32_t scale = std::clamp(pictures_width / 600, 1U, 4U);
    const auto column = [scale](const Panel& panel) {
        return margin + std::max(panel.picture->extent().width, text_width(panel.title, scale));
    };
    std::uint32_t columns = margin;
    for (const Panel& panel : panels) {
        columns += column(panel);
    }
    const std::uint32_t line = font_height * scale + margin;
    const std::uint32_t width = std::max(columns, text_width(caption, scale) + 2 * margin);

    Canvas canvas({width, line + tallest + margin + line}, scale);
    std::uint32_t left = margin;
    for (const Panel& panel : panels) {
        canvas.text(left, margin / 2 + 2, panel.title);
        canvas.paste(left, line, *panel.picture);
        left += column(panel);
    }
    canvas.text(margin, line + tallest + margin, caption);
    return std::move(canvas).take();
}

} // namespace parallax
