// SPDX-License-Identifier: MIT
#include "pattern/sightings.hpp"

#include "parallax/image/format.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

namespace parallax::demo {
namespace {

constexpr std::size_t fewest_codes = 4; ///< that must agree

/// True for each bright pixel.
std::vector<bool> bright_pixels(std::span<const Rgba8> row) {
    std::vector<bool> bright;
    bright.reserve(row.size());
    for (const Rgba8& pixel : row) {
        bright.push_back(2 * pixel.r + 5 * pixel.g + pixel.b >= 8 * 128);
    }
    return bright;
}

/// @param inverted if the mark begins with a dark cell.
std::optional<RowCode> code_at(const std::vector<bool>& bright, std::size_t x, std::uint32_t scale,
                               bool inverted) {
    constexpr std::size_t first_dark = 3;
    static_assert(mark.at(first_dark - 1) && !mark.at(first_dark));
    const std::size_t edge = x + first_dark * scale;
    if (bright[edge - 1] == bright[edge]) { // also where x is near to the left end
        return std::nullopt;
    }
    const auto cell = [&](std::size_t i) { return bright[x + i * scale + scale / 2] != inverted; };
    for (std::size_t i = 0; i < mark.size(); ++i) { // nearly all places end here
        if (cell(i) != mark.at(i)) {
            return std::nullopt;
        }
    }
    Cells cells{};
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells.at(i) = cell(i);
    }
    return decode(cells);
}

/// The codes of one row of a picture.
void add_codes(std::span<const Rgba8> row, std::uint32_t y, std::vector<Sighting>& found) {
    const std::vector<bool> bright = bright_pixels(row);
    for (std::size_t x = 0; x < bright.size(); ++x) {
        for (std::uint32_t scale = 1;
             scale <= largest_scale && x + std::tuple_size_v<Cells> * scale <= bright.size();
             ++scale) {
            if (const auto code = code_at(bright, x, scale, !bright[x])) {
                found.push_back(
                    {.x = static_cast<std::uint32_t>(x), .y = y, .scale = scale, .code = *code});
                x += std::tuple_size_v<Cells> * scale - 1;
                break;
            }
        }
    }
}

/// Removes those that repeat the one in the row above, in an enlarged pattern.
void remove_repeated(std::vector<Sighting>& found) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, Sighting> last; // by row's number and column
    std::erase_if(found, [&](const Sighting& sighting) {
        const auto [at, is_new] = last.try_emplace({sighting.code.row, sighting.x}, sighting);
        const Sighting& top = at->second;
        const bool repeated = !is_new && sighting.code == top.code && sighting.scale == top.scale &&
                              sighting.y - top.y < top.scale;
        if (!repeated) {
            at->second = sighting;
        }
        return repeated;
    });
}

/// The value that most have.
template <typename Value>
std::optional<Value> most_frequent(const std::map<Value, std::size_t>& counts) {
    const auto most = std::ranges::max_element(counts, {}, [](const auto& c) { return c.second; });
    return most == counts.end() ? std::nullopt : std::optional(most->first);
}

/// The facts that were seen, with how often each.
using Facts = std::array<std::map<std::uint16_t, std::size_t>, fact_count>;

Facts facts_of(std::span<const Sighting> sightings) {
    Facts facts;
    for (const Sighting& sighting : sightings) {
        ++facts.at(static_cast<std::size_t>(fact_of_row(sighting.code.row)))[sighting.code.word];
    }
    return facts;
}

/// What the word of the format says.
struct Kind {
    std::uint32_t fourcc;
    bool translucent;
    YcbcrColour colour = {};
};

/// Every meaning that luma and chroma of a format can have; one that says nothing for others.
std::vector<YcbcrColour> meanings_of(const Format& format) {
    if (!format.is_ycbcr) {
        return {YcbcrColour{}};
    }
    std::vector<YcbcrColour> meanings;
    for (const auto encoding :
         {YcbcrEncoding::bt601, YcbcrEncoding::bt709, YcbcrEncoding::bt2020}) {
        for (const auto range : {YcbcrRange::limited, YcbcrRange::full}) {
            for (const auto siting :
                 {ChromaSiting::left, ChromaSiting::center, ChromaSiting::top_left}) {
                meanings.push_back({.encoding = encoding, .range = range, .siting = siting});
            }
        }
    }
    return meanings;
}

std::optional<Kind> kind_of(std::uint32_t word) {
    for (const Format& format : formats()) {
        if (!can_be_pattern(format)) {
            continue;
        }
        for (const YcbcrColour& colour : meanings_of(format)) {
            for (const bool translucent : {false, true}) {
                if (word == format_word(format.fourcc, translucent, colour)) {
                    return Kind{
                        .fourcc = format.fourcc, .translucent = translucent, .colour = colour};
                }
            }
        }
    }
    return std::nullopt;
}

} // namespace

std::vector<Sighting> find_codes(const Picture& picture) {
    std::vector<Sighting> found;
    for (std::uint32_t y = 0; y < picture.extent().height; ++y) {
        add_codes(picture.row(y), y, found);
    }
    remove_repeated(found);
    return found;
}

std::optional<Pattern> stated_pattern(std::span<const Sighting> sightings) {
    const Facts facts = facts_of(sightings);
    const auto value = [&](PatternFact fact) -> std::uint32_t {
        return most_frequent(facts.at(static_cast<std::size_t>(fact))).value_or(0);
    };
    const auto both = [&](PatternFact low, PatternFact high) {
        return value(low) | value(high) << 16U;
    };
    const auto kind = kind_of(value(PatternFact::format));
    const Extent extent{.width = value(PatternFact::width), .height = value(PatternFact::height)};
    if (sightings.size() < fewest_codes || !kind || extent.width < smallest_pattern.width ||
        extent.height < smallest_pattern.height || extent.width > largest_side ||
        extent.height > largest_side) {
        return std::nullopt;
    }
    constexpr std::uint64_t largest = std::uint64_t{1} << 31U; // of a buffer, bytes
    const ImageLayout layout = pattern_layout(
        extent, kind->fourcc, both(PatternFact::stride_low, PatternFact::stride_high),
        both(PatternFact::offset_low, PatternFact::offset_high), kind->colour);
    const bool can_be = fault_of(layout, std::array{largest}).empty();
    return can_be ? std::optional(Pattern{.layout = layout, .translucent = kind->translucent})
                  : std::nullopt;
}

std::vector<SeenFrame> seen_frames(std::span<const Sighting> sightings) {
    std::map<std::uint8_t, std::size_t> counts;
    for (const Sighting& sighting : sightings) {
        ++counts[sighting.code.frame];
    }
    // Only some rows have all 16 bits of a number. Where a frame has none of them, its number is
    // near to the others.
    const Facts facts = facts_of(sightings);
    const auto& whole = facts.at(static_cast<std::size_t>(PatternFact::frame));
    const std::uint16_t any = most_frequent(whole).value_or(0);
    std::vector<SeenFrame> frames;
    for (const auto& [low, codes] : counts) {
        const auto known = std::ranges::find_if(
            whole, [low](const auto& entry) { return (entry.first & 0xffU) == low; });
        const std::uint16_t number =
            known != whole.end()
                ? known->first
                : static_cast<std::uint16_t>(any + static_cast<std::int8_t>(low - (any & 0xff)));
        frames.push_back({.number = number, .codes = codes});
    }
    std::ranges::sort(frames, std::ranges::greater{}, [any](const SeenFrame& frame) {
        return static_cast<std::int16_t>(frame.number - any); // how much newer, also past 65535
    });
    return frames;
}

Origin origin_by(const Sighting& sighting) {
    const std::int64_t left = first_code + std::int64_t{sighting.code.block} * code_distance;
    return {.x = sighting.x - left * sighting.scale,
            .y = sighting.y - std::int64_t{sighting.code.row} * sighting.scale,
            .scale = sighting.scale};
}

std::optional<Origin> common_origin(std::span<const Sighting> sightings) {
    std::map<Origin, std::size_t> counts;
    for (const Sighting& sighting : sightings) {
        ++counts[origin_by(sighting)];
    }
    const auto most = most_frequent(counts);
    return most && counts.at(*most) >= fewest_codes && counts.at(*most) * 2 > sightings.size()
               ? most
               : std::nullopt;
}

} // namespace parallax::demo
