// SPDX-License-Identifier: MIT
#include "report/font.hpp"

// Compiled in and static, as in picture_file.cpp.
#define STBTT_STATIC
#define STB_TRUETYPE_IMPLEMENTATION
#include <stb/stb_truetype.h>

#include <cmath>
#include <stdexcept>
#include <vector>

// Set by font.S, which includes the file as it is.
extern "C" const unsigned char parallax_font_start[];

namespace parallax {
namespace {

int printable(char letter) {
    return letter >= ' ' && letter <= '~' ? letter : '?';
}

std::uint8_t blend(std::uint8_t below, std::uint8_t above, unsigned coverage) {
    return static_cast<std::uint8_t>((below * (255 - coverage) + above * coverage + 127) / 255);
}

} // namespace

struct Font::Face {
    stbtt_fontinfo info{};
    float scale = 0; ///< pixels for each of the font's units
    float ascent = 0;
    float height = 0;

    /// Calls use(letter, x) for every letter of the text, x in pixels. @return the x of its end.
    template <class Use>
    float lay_out(std::string_view text, const Use& use) const {
        float x = 0;
        for (const char byte : text) {
            const int letter = printable(byte);
            int advance = 0;
            stbtt_GetCodepointHMetrics(&info, letter, &advance, nullptr);
            use(letter, x);
            x += static_cast<float>(advance) * scale;
        }
        return x;
    }
};

Font::Font(float height) : face_(std::make_unique<Face>()) {
    if (stbtt_InitFont(&face_->info, parallax_font_start, 0) == 0) {
        throw std::logic_error("assets/DejaVuSans.ttf is not a font");
    }
    int ascent = 0;
    stbtt_GetFontVMetrics(&face_->info, &ascent, nullptr, nullptr);
    face_->height = height;
    face_->scale = stbtt_ScaleForPixelHeight(&face_->info, height);
    face_->ascent = static_cast<float>(ascent) * face_->scale;
}
Font::Font(Font&&) noexcept = default;
Font& Font::operator=(Font&&) noexcept = default;
Font::~Font() = default;

std::uint32_t Font::width(std::string_view text) const {
    return static_cast<std::uint32_t>(std::ceil(face_->lay_out(text, [](int, float) {})));
}

std::uint32_t Font::height() const {
    return static_cast<std::uint32_t>(std::ceil(face_->height));
}

void Font::draw(Picture& picture, std::uint32_t left, std::uint32_t top, std::string_view text,
                Rgba8 colour) const {
    const Extent whole = picture.extent();
    const float baseline = std::round(face_->ascent);
    std::vector<unsigned char> coverage;
    face_->lay_out(text, [&](int letter, float x) {
        const float start = std::floor(x);
        const float shift = x - start;
        int x0 = 0;
        int y0 = 0;
        int x1 = 0;
        int y1 = 0;
        stbtt_GetCodepointBitmapBoxSubpixel(&face_->info, letter, face_->scale, face_->scale, shift,
                                            0, &x0, &y0, &x1, &y1);
        const int width = x1 - x0;
        const int height = y1 - y0;
        if (width <= 0 || height <= 0) {
            return; // a blank
        }
        coverage.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 0);
        stbtt_MakeCodepointBitmapSubpixel(&face_->info, coverage.data(), width, height, width,
                                          face_->scale, face_->scale, shift, 0, letter);
        const std::int64_t to_x = left + static_cast<std::int64_t>(start) + x0;
        const std::int64_t to_y = top + static_cast<std::int64_t>(baseline) + y0;
        for (std::int64_t i = 0; i < std::ssize(coverage); ++i) {
            const std::int64_t px = to_x + i % width;
            const std::int64_t py = to_y + i / width;
            if (px < 0 || py < 0 || px >= whole.width || py >= whole.height) {
                continue;
            }
            Rgba8& pixel =
                picture.at(static_cast<std::uint32_t>(px), static_cast<std::uint32_t>(py));
            const unsigned part = coverage[static_cast<std::size_t>(i)];
            pixel.r = blend(pixel.r, colour.r, part);
            pixel.g = blend(pixel.g, colour.g, part);
            pixel.b = blend(pixel.b, colour.b, part);
        }
    });
}

} // namespace parallax
