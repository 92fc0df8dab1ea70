// SPDX-License-Identifier: MIT
#include "pattern/pattern.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <vector>

namespace parallax::demo {
namespace {

constexpr Rgba8 black{.r = 0, .g = 0, .b = 0};
constexpr Rgba8 white{.r = 255, .g = 255, .b = 255};
constexpr std::uint32_t corner = 8;             ///< pixels of a side
constexpr std::uint32_t most_transparent = 191; ///< of 255, at the right

/// The ten digits, each 3 pixels wide and 5 high.
constexpr std::array<std::array<std::string_view, 5>, 10> digits{{
    {"###", "# #", "# #", "# #", "###"},
    {" # ", "## ", " # ", " # ", "###"},
    {"###", "  #", "###", "#  ", "###"},
    {"###", "  #", "###", "  #", "###"},
    {"# #", "# #", "###", "  #", "  #"},
    {"###", "#  ", "###", "  #", "###"},
    {"###", "#  ", "###", "# #", "###"},
    {"###", "  #", "  #", "  #", "  #"},
    {"###", "# #", "###", "# #", "###"},
    {"###", "# #", "###", "  #", "###"},
}};

void fill(Picture& picture, std::uint32_t left, std::uint32_t top, Extent size, Rgba8 colour) {
    for (std::uint32_t y = top; y < std::min(top + size.height, picture.extent().height); ++y) {
        for (std::uint32_t x = left; x < std::min(left + size.width, picture.extent().width); ++x) {
            picture.at(x, y) = colour;
        }
    }
}

void draw_ramps(Picture& picture, const Pattern& pattern) {
    const auto [width, height] = picture.extent();
    const std::uint32_t transparency = pattern.translucent ? most_transparent : 0;
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            picture.at(x,
                       y) = {.r = static_cast<std::uint8_t>(x * 255 / (width - 1)),
                             .g = static_cast<std::uint8_t>(y * 255 / (height - 1)),
                             .b = static_cast<std::uint8_t>(x * 3 + y * 5 + pattern.frame * 40U),
                             .a = static_cast<std::uint8_t>(255 - x * transparency / (width - 1))};
        }
    }
}

/// White digits on black, in the middle of what is right of the codes; none where they do not fit.
void draw_number(Picture& picture, std::uint16_t number) {
    const std::string text = std::to_string(number);
    const auto count = static_cast<std::uint32_t>(text.size());
    const auto [width, height] = picture.extent();
    const auto codes = static_cast<std::uint32_t>(first_code + std::tuple_size_v<Cells>);
    const std::uint32_t side = std::min({(width - codes) / (8 * count), height / 16, 16U}); // dot
    const Extent box{.width = side * (4 * count + 1), .height = side * 7};
    const std::uint32_t left = codes + (width - codes - box.width) / 2;
    const std::uint32_t top = (height - box.height) / 2;
    fill(picture, left, top, box, black);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto& digit = digits.at(static_cast<std::size_t>(text[i] - '0'));
        for (std::uint32_t y = 0; y < digit.size(); ++y) {
            for (std::uint32_t x = 0; x < digit.at(y).size(); ++x) {
                if (digit.at(y).at(x) == '#') {
                    fill(picture, left + side * (1 + 4 * i + x), top + side * (1 + y),
                         {.width = side, .height = side}, white);
                }
            }
        }
    }
}

void draw_corners(Picture& picture) {
    const auto [width, height] = picture.extent();
    const Extent size{.width = corner, .height = corner};
    fill(picture, 0, 0, size, {.r = 255, .g = 0, .b = 0});
    fill(picture, width - corner, 0, size, {.r = 0, .g = 255, .b = 0});
    fill(picture, 0, height - corner, size, {.r = 0, .g = 0, .b = 255});
    fill(picture, width - corner, height - corner, size, white);
}

void draw_codes(Picture& picture, const Pattern& pattern) {
    const auto [width, height] = picture.extent();
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t block = 0;; ++block) {
            const std::uint32_t left = first_code + block * code_distance;
            const Cells cells = encode({.row = y,
                                        .block = block,
                                        .frame = static_cast<std::uint8_t>(pattern.frame),
                                        .word = word_of(pattern, fact_of_row(y))});
            if (left + cells.size() + corner > width) {
                break;
            }
            std::ranges::transform(cells, picture.row(y).begin() + left,
                                   [](bool cell) { return cell ? white : black; });
        }
    }
}

} // namespace

bool can_be_pattern(const Format& format) noexcept {
    return format.is_ycbcr || std::ranges::contains(rgb_fourccs(), format.fourcc);
}

ImageLayout pattern_layout(Extent extent, std::uint32_t fourcc, std::uint64_t stride,
                           std::uint64_t offset, const YcbcrColour& colour) {
    ImageLayout layout = packed_layout(extent, fourcc, stride, offset).with(colour);
    const FormatPlane& first = layout.format().planes[0];
    for (std::size_t i = 1; i < layout.format().plane_count; ++i) {
        const FormatPlane& plane = layout.format().planes.at(i);
        layout.planes.at(i) = {
            .offset = layout.planes.at(i - 1).offset +
                      layout.planes.at(i - 1).stride * layout.plane_extent(i - 1).height,
            .stride =
                stride * first.width * plane.bytes / (std::uint64_t{plane.width} * first.bytes)};
    }
    return layout;
}

std::uint64_t pattern_stride(std::uint32_t width, std::uint32_t fourcc) {
    const Format& format = format_of(fourcc);
    const FormatPlane& first = format.planes[0];
    std::uint32_t narrower = 1; // how much shorter a row of another plane is, at most
    for (const FormatPlane& plane : std::span(format.planes).first(format.plane_count)) {
        narrower = std::max(narrower, first.bytes * plane.width / (plane.bytes * first.width));
    }
    const std::uint32_t texels = (width + first.width - 1) / first.width;
    return portable_stride((texels + narrower - 1) / narrower, first.bytes) * narrower;
}

std::uint64_t whole_rows(const ImageLayout& layout) {
    std::uint64_t end = 0;
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        const PlaneLayout& plane = layout.planes.at(i);
        end = std::max(end, plane.offset + plane.stride * layout.plane_extent(i).height);
    }
    return end;
}

Picture draw_pattern(const Pattern& pattern) {
    const auto [width, height] = pattern.layout.extent;
    if (width < smallest_pattern.width || height < smallest_pattern.height) {
        throw std::invalid_argument(text::format("a test pattern has at least {}x{} pixels; {}x{} "
                                                 "are too few for its codes",
                                                 smallest_pattern.width, smallest_pattern.height,
                                                 width, height));
    }
    Picture picture(pattern.layout.extent);
    draw_ramps(picture, pattern);
    draw_number(picture, pattern.frame);
    draw_corners(picture);
    draw_codes(picture, pattern);
    return picture;
}

Picture pattern_as_written(const Pattern& pattern) {
    const Picture drawn = draw_pattern(pattern);
    const ImageLayout rows =
        portable_layout(pattern.layout.extent, pattern.layout.fourcc).with(pattern.layout.colour());
    std::vector<std::byte> memory(rows.size());
    write_pixels(drawn, rows, memory);
    return read_pixels(rows, memory);
}

std::uint16_t word_of(const Pattern& pattern, PatternFact fact) {
    const PlaneLayout& plane = pattern.layout.planes[0];
    switch (fact) {
    case PatternFact::width:
        return static_cast<std::uint16_t>(pattern.layout.extent.width);
    case PatternFact::height:
        return static_cast<std::uint16_t>(pattern.layout.extent.height);
    case PatternFact::stride_low:
        return static_cast<std::uint16_t>(plane.stride);
    case PatternFact::stride_high:
        return static_cast<std::uint16_t>(plane.stride >> 16U);
    case PatternFact::offset_low:
        return static_cast<std::uint16_t>(plane.offset);
    case PatternFact::offset_high:
        return static_cast<std::uint16_t>(plane.offset >> 16U);
    case PatternFact::frame:
        return pattern.frame;
    case PatternFact::format:
        return format_word(pattern.layout.fourcc, pattern.translucent, pattern.layout.colour());
    }
    return 0;
}

std::uint16_t format_word(std::uint32_t fourcc, bool translucent, const YcbcrColour& colour) {
    Checksum checksum;
    for (std::uint32_t bit = 0; bit < 32; ++bit) {
        checksum.add((fourcc >> bit & 1U) != 0);
    }
    if (translucent) {
        checksum.add(true);
    }
    if (format_of(fourcc).is_ycbcr) {
        const auto meaning = static_cast<unsigned>(colour.encoding) |
                             static_cast<unsigned>(colour.range) << 2U |
                             static_cast<unsigned>(colour.siting) << 3U;
        for (std::uint32_t bit = 0; bit < 5; ++bit) {
            checksum.add((meaning >> bit & 1U) != 0);
        }
    }
    return checksum.value();
}

std::string describe(const Pattern& pattern) {
    const ImageLayout& layout = pattern.layout;
    return text::format("frame {}, {}x{} {}, stride {}, offset {}{}{}", pattern.frame,
                        layout.extent.width, layout.extent.height, layout.format().name,
                        layout.planes[0].stride, layout.planes[0].offset,
                        layout.format().is_ycbcr ? ", " + colour_text(layout.colour()) : "",
                        pattern.translucent ? ", translucent" : "");
}

} // namespace parallax::demo
