// SPDX-License-Identifier: MIT
#include "report/contact_sheet.hpp"

#include "parallax/printable.hpp"
#include "report/font.hpp"

#include <algorithm>
#include <format>
#include <string_view>
#include <utility>
#include <vector>

namespace parallax {
namespace {

constexpr Rgba8 paper{.r = 24, .g = 26, .b = 30, .a = 255};
constexpr Rgba8 ink{.r = 232, .g = 230, .b = 222, .a = 255};
constexpr Rgba8 frame{.r = 72, .g = 76, .b = 84, .a = 255};
constexpr std::uint32_t margin = 16;

// Heights of text, in pixels.
constexpr float smallest_text = 16;
constexpr float largest_text = 96;

class Paper {
public:
    explicit Paper(Extent extent) : picture_(extent, paper) {}

    void fill(std::uint32_t left, std::uint32_t top, Extent size, Rgba8 colour) {
        const Extent whole = picture_.extent();
        for (std::uint32_t y = top; y < std::min(top + size.height, whole.height); ++y) {
            for (std::uint32_t x = left; x < std::min(left + size.width, whole.width); ++x) {
                picture_.at(x, y) = colour;
            }
        }
    }

    void text(const Font& font, std::uint32_t left, std::uint32_t top, std::string_view words) {
        font.draw(picture_, left, top, words, ink);
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
    Picture picture_;
};

/// The largest height, of @p most at most, with which @p words take @p room pixels at most.
float fitting(std::string_view words, std::uint32_t room, float most) {
    const auto width = static_cast<float>(std::max(1U, Font(most).width(words)));
    return std::max(smallest_text, most * std::min(1.0F, static_cast<float>(room) / width));
}

/// Legible if the sheet is shown at half its width or less, as in a README.
float readable(std::uint32_t width) {
    return std::clamp(static_cast<float>(width) / 48, smallest_text, largest_text);
}

/// A sheet of panels, its parts measured.
class Sheet {
public:
    Sheet(std::span<const TitledPicture> panels, std::string_view caption)
        : caption_(to_ascii(caption)) {
        std::uint32_t row = margin;
        for (const TitledPicture& panel : panels) {
            panels_.push_back({.title = to_ascii(panel.title), .picture = panel.picture});
            tallest_ = std::max(tallest_, panel.picture->extent().height);
            row += panel.picture->extent().width + margin;
        }
        float title_height = readable(row);
        for (const TitledPicture& panel : panels_) {
            title_height = std::min(
                title_height, fitting(panel.title, panel.picture->extent().width, readable(row)));
        }
        title_ = Font(title_height);
        headline_ = Font(fitting(caption_, row - 2 * margin, readable(row)));
        width_ = margin;
        for (const TitledPicture& panel : panels_) {
            width_ += column(panel);
        }
        width_ = std::max(width_, headline_.width(caption_) + 2 * margin);
    }

    [[nodiscard]] Extent extent() const {
        return {width_, headline_top() + headline_.height() + margin / 2};
    }

    [[nodiscard]] Picture draw() const {
        Paper drawn(extent());
        std::uint32_t left = margin;
        for (const TitledPicture& panel : panels_) {
            drawn.text(title_, left, margin / 2, panel.title);
            drawn.paste(left, pictures_top(), *panel.picture);
            left += column(panel);
        }
        drawn.text(headline_, margin, headline_top(), caption_);
        return std::move(drawn).take();
    }

private:
    [[nodiscard]] std::uint32_t pictures_top() const { return title_.height() + margin; }
    [[nodiscard]] std::uint32_t headline_top() const {
        return pictures_top() + tallest_ + margin / 2;
    }
    [[nodiscard]] std::uint32_t column(const TitledPicture& panel) const {
        return margin + std::max(panel.picture->extent().width, title_.width(panel.title));
    }

    std::vector<TitledPicture> panels_;
    std::string caption_;
    Font title_{smallest_text};
    Font headline_{smallest_text};
    std::uint32_t tallest_ = 0;
    std::uint32_t width_ = 0;
};

/// Reduces each block of that many pixels a side to one pixel: the brightest of each channel.
Picture reduced(const Picture& picture, std::uint32_t side) {
    const Extent from = picture.extent();
    Picture small({(from.width + side - 1) / side, (from.height + side - 1) / side});
    for (std::uint32_t y = 0; y < from.height; ++y) {
        for (std::uint32_t x = 0; x < from.width; ++x) {
            const Rgba8 pixel = picture.at(x, y);
            Rgba8& kept = small.at(x / side, y / side);
            kept = {.r = std::max(kept.r, pixel.r),
                    .g = std::max(kept.g, pixel.g),
                    .b = std::max(kept.b, pixel.b),
                    .a = 255};
        }
    }
    return small;
}

bool fits(Extent extent) {
    return extent.width <= largest_side && extent.height <= largest_side;
}

} // namespace

Picture contact_sheet(std::span<const TitledPicture> panels, const std::string& caption) {
    const Sheet whole(panels, caption);
    if (fits(whole.extent())) {
        return whole.draw();
    }
    // Margins and words do not shrink, so one more than the quotient may be needed.
    const std::uint32_t longest = std::max(whole.extent().width, whole.extent().height);
    const std::uint32_t side = (longest + largest_side - 1) / largest_side + 1;
    std::vector<Picture> pictures;
    std::vector<TitledPicture> smaller;
    pictures.reserve(panels.size());
    for (const TitledPicture& panel : panels) {
        smaller.push_back({.title = panel.title,
                           .picture = &pictures.emplace_back(reduced(*panel.picture, side))});
    }
    return Sheet(smaller, std::format("{} - {} by {} pixels are one here, the brightest", caption,
                                      side, side))
        .draw();
}

} // namespace parallax
