// SPDX-License-Identifier: MIT
#include "report/contact_sheet.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"
#include "report/font.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <ranges>
#include <string_view>
#include <utility>
#include <vector>

namespace parallax {
namespace {

constexpr Rgba8 paper{.r = 24, .g = 26, .b = 30, .a = 255};
constexpr Rgba8 ink{.r = 232, .g = 230, .b = 222, .a = 255};
constexpr Rgba8 frame{.r = 72, .g = 76, .b = 84, .a = 255};
constexpr std::uint32_t margin = 16;
constexpr std::size_t most_columns = 4;

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

/// Legible if the sheet is shown at half its width or less, as in a README.
float readable(std::uint32_t width) {
    return std::clamp(static_cast<float>(width) / 48, smallest_text, largest_text);
}

/// The largest height, from @p least to @p most, with which @p words take @p room pixels at most;
/// @p least if there is none.
float fitting(std::string_view words, std::uint32_t room, float least, float most) {
    const auto width = static_cast<float>(std::max(1U, Font(most).width(words)));
    return std::max(least, most * std::min(1.0F, static_cast<float>(room) / width));
}

/// The words in lines of @p room pixels at most. A word that is wider has a line of its own.
std::vector<std::string> broken_into_lines(const Font& font, std::string_view words,
                                           std::uint32_t room) {
    std::vector<std::string> lines(1);
    for (const auto part : std::views::split(words, ' ')) {
        const std::string_view word(part);
        std::string& line = lines.back();
        std::string longer = line.empty() ? std::string(word) : text::format("{} {}", line, word);
        if (line.empty() || font.width(longer) <= room) {
            line = std::move(longer);
        } else {
            lines.emplace_back(word);
        }
    }
    return lines;
}

/// As many columns that each row is about as full as the others.
std::size_t columns_for(std::size_t panels) {
    const std::size_t rows = (panels + most_columns - 1) / most_columns;
    return rows == 0 ? 1 : (panels + rows - 1) / rows;
}

/// A sheet of panels in rows, its parts measured.
class Sheet {
public:
    Sheet(std::span<const TitledPicture> panels, std::string_view caption)
        : widths_(columns_for(panels.size()), 0),
          heights_((panels.size() + widths_.size() - 1) / widths_.size(), 0) {
        for (const TitledPicture& panel : panels) {
            const auto [width, height] = panel.picture->extent();
            grow(widths_[column(panels_.size())], width);
            grow(heights_[row(panels_.size())], height);
            panels_.push_back({.title = to_ascii(panel.title), .picture = panel.picture});
        }
        const std::uint32_t pictures_width = room();
        const float text = readable(pictures_width + 2 * margin);
        float title_height = text;
        for (const TitledPicture& panel : panels_) {
            title_height =
                std::min(title_height,
                         fitting(panel.title, panel.picture->extent().width, smallest_text, text));
        }
        title_ = Font(title_height);
        for (std::size_t i = 0; i < panels_.size(); ++i) {
            grow(widths_[column(i)], title_.width(panels_[i].title));
        }
        const std::string words = to_ascii(caption);
        caption_ = Font(fitting(words, room(), std::max(smallest_text, text * 2 / 3), text));
        lines_ = broken_into_lines(caption_, words, room());
    }

    [[nodiscard]] Extent extent() const {
        std::uint32_t widest = room();
        for (const std::string& line : lines_) {
            grow(widest, caption_.width(line));
        }
        return {.width = widest + 2 * margin,
                .height = caption_top() + caption_height() + margin / 2};
    }

    [[nodiscard]] Picture draw() const {
        Paper drawn(extent());
        for (std::size_t i = 0; i < panels_.size(); ++i) {
            const std::uint32_t left = margin + sum_before(widths_, column(i), margin);
            const std::uint32_t top = margin / 2 + sum_before(heights_, row(i), row_space());
            drawn.text(title_, left, top, panels_[i].title);
            drawn.paste(left, top + title_.height() + margin / 2, *panels_[i].picture);
        }
        std::uint32_t top = caption_top();
        for (const std::string& line : lines_) {
            drawn.text(caption_, margin, top, line);
            top += caption_.height();
        }
        return std::move(drawn).take();
    }

private:
    static void grow(std::uint32_t& size, std::uint32_t other) { size = std::max(size, other); }
    static std::uint32_t sum_before(std::span<const std::uint32_t> sizes, std::size_t end,
                                    std::uint32_t between) {
        const auto before = sizes.first(end);
        return std::accumulate(before.begin(), before.end(),
                               static_cast<std::uint32_t>(end) * between);
    }

    [[nodiscard]] std::size_t column(std::size_t panel) const { return panel % widths_.size(); }
    [[nodiscard]] std::size_t row(std::size_t panel) const { return panel / widths_.size(); }
    /// From the left edge of the first column to the right edge of the last.
    [[nodiscard]] std::uint32_t room() const {
        return sum_before(widths_, widths_.size(), margin) - margin;
    }
    /// Of a row, besides its pictures.
    [[nodiscard]] std::uint32_t row_space() const { return title_.height() + margin; }
    [[nodiscard]] std::uint32_t caption_top() const {
        return margin / 2 + sum_before(heights_, heights_.size(), row_space());
    }
    [[nodiscard]] std::uint32_t caption_height() const {
        return static_cast<std::uint32_t>(lines_.size()) * caption_.height();
    }

    std::vector<std::uint32_t> widths_;  ///< of columns
    std::vector<std::uint32_t> heights_; ///< of rows' pictures
    std::vector<TitledPicture> panels_;
    Font title_{smallest_text};
    Font caption_{smallest_text};
    std::vector<std::string> lines_; ///< of the caption
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
    return Sheet(smaller, text::format("{} - {} by {} pixels are one here, the brightest", caption,
                                       side, side))
        .draw();
}

} // namespace parallax
