// SPDX-License-Identifier: MIT
// The right place, and other content: older, never written, or cut off.
#include "diagnosis/evidence.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

namespace parallax::demo {
namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t line = 64;
constexpr std::uint64_t large_page = std::uint64_t{2} << 20U;

/// New: as it was last written, and not before; old: the other way round.
enum class Age { either, now, old };

Age age_of(const Evidence& evidence, Place at) {
    const Rgba8& saw = evidence.seen().at(at.x, at.y);
    const Rgba8& wrote = evidence.written().at(at.x, at.y);
    const Rgba8& before = evidence.before()->at(at.x, at.y);
    return wrote == before || (saw != wrote && saw != before) ? Age::either
           : saw == wrote                                     ? Age::now
                                                              : Age::old;
}

/// True if no block of @p size bytes has both new and old content.
bool is_in_blocks(const Evidence& evidence, std::uint64_t size) {
    const auto [width, height] = evidence.layout().extent;
    std::uint64_t block = 0;
    bool has_new = false;
    bool has_old = false;
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            const std::uint64_t address = evidence.layout().offset_of(x, y);
            if (address / size != (address + evidence.bytes() - 1) / size) {
                continue; // of two blocks
            }
            if (address / size != block) {
                block = address / size;
                has_new = has_old = false;
            }
            const Age age = age_of(evidence, {.x = x, .y = y});
            has_old = has_old || age == Age::old;
            has_new = has_new || age == Age::now;
            if (has_new && has_old) {
                return false;
            }
        }
    }
    return true;
}

bool shows_new(const Evidence& evidence) {
    const auto [width, height] = evidence.layout().extent;
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            if (age_of(evidence, {.x = x, .y = y}) == Age::now) {
                return true;
            }
        }
    }
    return false;
}

/// The row in which new content follows on old, or old on new, if that is so in one place only.
std::optional<std::uint32_t> torn_row(const Evidence& evidence) {
    const auto [width, height] = evidence.layout().extent;
    Age last = Age::either;
    std::optional<std::uint32_t> row;
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            const Age age = age_of(evidence, {.x = x, .y = y});
            if (age == Age::either || age == last) {
                continue;
            }
            if (row) {
                return std::nullopt;
            }
            if (last != Age::either) {
                row = y;
            }
            last = age;
        }
    }
    return row;
}

/// A pixel whose first bytes are of one picture, and the others of another.
Rgba8 mixed(const Evidence& evidence, const Rgba8& first, const Rgba8& others, std::size_t count) {
    std::array<std::byte, most_bytes> bytes{};
    std::array<std::byte, most_bytes> other_bytes{};
    pack(evidence.layout().fourcc, {&first, 1}, bytes);
    pack(evidence.layout().fourcc, {&others, 1}, other_bytes);
    std::ranges::copy(std::span(other_bytes).subspan(count), bytes.begin() + count);
    return evidence.pixel_of(std::span(bytes).first(evidence.bytes()));
}

/// What is seen of a pixel of which some is old: all, or what lies in one of two lines.
Rgba8 partly_old(const Evidence& evidence, Place at) {
    const Rgba8& saw = evidence.seen().at(at.x, at.y);
    const Rgba8& wrote = evidence.written().at(at.x, at.y);
    const Rgba8& before = evidence.before()->at(at.x, at.y);
    const std::uint64_t in_line = line - evidence.layout().offset_of(at.x, at.y) % line;
    if (saw != before && in_line < evidence.bytes()) {
        for (const Rgba8& mix :
             {mixed(evidence, wrote, before, in_line), mixed(evidence, before, wrote, in_line)}) {
            if (mix == saw) {
                return mix;
            }
        }
    }
    return before;
}

std::string old_sentence(const Evidence& evidence) {
    if (!shows_new(evidence)) {
        return "old content: nothing of the last write is seen: it was not waited for (fence, "
               "SYNC), went to other memory, or a copy is read that is not refreshed";
    }
    const auto torn = torn_row(evidence);
    const std::string or_torn =
        torn ? text::format(
                   "; or the picture is torn at row {}: read or shown while it was written", *torn)
             : "";
    if (is_in_blocks(evidence, page)) {
        return "old content in whole pages, as in a bounce buffer or a copy that is not refreshed "
               "(SYNC), or in pages that were not written" +
               or_torn;
    }
    if (is_in_blocks(evidence, line)) {
        return "old content in whole lines of 64 bytes, as in a cache that was not written back or "
               "not invalidated (SYNC), or in gaps between rows" +
               or_torn;
    }
    return "old content in parts, as where the reader does not wait for the writer (fence)" +
           or_torn;
}

void find_old(const Evidence& evidence, std::vector<Hypothesis>& found) {
    if (evidence.before() == nullptr) {
        return;
    }
    found.push_back({.cause = Cause::old_content,
                     .sentence = old_sentence(evidence),
                     .predict = [&evidence](Place at) {
                         const Rgba8& wrote = evidence.written().at(at.x, at.y);
                         const bool differs = evidence.seen().at(at.x, at.y) != wrote;
                         return differs ? partly_old(evidence, at) : wrote;
                     }});
}

bool is_plain(std::span<const Rgba8> pixels) {
    return std::ranges::adjacent_find(pixels, std::ranges::not_equal_to{}) == pixels.end();
}

void find_one_colour(const Evidence& evidence, std::vector<Hypothesis>& found) {
    const Rgba8 colour = evidence.seen().at(0, 0);
    // Many mistakes make one colour of one colour.
    if (!is_plain(evidence.seen().pixels()) ||
        (!evidence.is_zero(colour) && is_plain(evidence.written().pixels()))) {
        return;
    }
    found.push_back(
        {.cause = Cause::other_memory,
         .sentence = evidence.is_zero(colour)
                         ? "other memory: all of it is zero: never written, another buffer or "
                           "another place in it, or the device did nothing"
                         : text::format("other memory: all of it is #{:02x}{:02x}{:02x}: another "
                                        "buffer or another place in it, or the device only cleared "
                                        "it",
                                        colour.r, colour.g, colour.b),
         .predict = [colour](Place) { return colour; }});
}

/// The picture as it is if the reader has its first pixels only.
struct Cut {
    std::uint64_t pixel;           ///< the first that differs
    Place at;                      ///< of this pixel
    std::uint64_t byte;            ///< behind the last that is right
    bool is_cut;                   ///< if the first that differs has bytes in two pages
    std::span<const Rgba8> behind; ///< what was seen from there on, without such a pixel
    bool plain;                    ///< if that has one colour
};

/// The first page's end within the bytes of a pixel, if it has bytes in two pages.
std::optional<std::uint64_t> page_end_in(const Evidence& evidence, std::uint64_t byte) {
    const std::uint64_t end = (byte + evidence.bytes() - 1) / page * page;
    return end > byte ? std::optional(end) : std::nullopt;
}

/// @return none if too little is right before the first pixel that differs.
std::optional<Cut> first_cut(const Evidence& evidence) {
    const auto [width, height] = evidence.layout().extent;
    const auto seen = evidence.seen().pixels();
    const auto written = evidence.written().pixels();
    const auto pixel =
        static_cast<std::uint64_t>(std::ranges::mismatch(seen, written).in1 - seen.begin());
    std::set<std::tuple<int, int, int>> colours;
    for (std::uint64_t i = 0; i < pixel && colours.size() < few_colours; ++i) {
        colours.emplace(seen[i].r, seen[i].g, seen[i].b);
    }
    if (pixel < 2 * std::uint64_t{width} || pixel * 20 < seen.size() ||
        colours.size() < few_colours ||
        // Rows that are all alike look right wherever they are read.
        std::ranges::equal(written.first(pixel - width), written.subspan(width, pixel - width))) {
        return std::nullopt;
    }
    const auto place = [width](std::uint64_t i) {
        return Place{.x = static_cast<std::uint32_t>(i % width),
                     .y = static_cast<std::uint32_t>(i / width)};
    };
    const auto byte_of = [&](std::uint64_t i) {
        return evidence.layout().offset_of(place(i).x, place(i).y);
    };
    // Of a pixel with bytes in two pages, the first are right.
    const bool is_cut = page_end_in(evidence, byte_of(pixel)) && pixel + 1 < seen.size();
    const auto behind = seen.subspan(is_cut ? pixel + 1 : pixel);
    const bool plain = is_plain(behind);
    // If the last pixels that are right are what comes behind the end, they may be by chance.
    std::uint64_t sure = pixel - 1;
    const auto ends_in_zero = [&](std::uint64_t i) {
        const auto end = page_end_in(evidence, byte_of(i));
        return end && evidence.is_zero(behind.front()) &&
               std::ranges::count(
                   evidence.memory().subspan(*end, byte_of(i) + evidence.bytes() - *end),
                   std::byte{0}) ==
                   static_cast<std::ptrdiff_t>(byte_of(i) + evidence.bytes() - *end);
    };
    while (plain && sure > 0 && (seen[sure] == behind.front() || ends_in_zero(sure))) {
        --sure;
    }
    // The end is in the first pixel that differs, or before it; a page's end is the likeliest.
    const std::uint64_t page_end = (byte_of(pixel) + evidence.bytes() - 1) / page * page;
    const bool at_page = page_end >= byte_of(sure) + evidence.bytes();
    return Cut{.pixel = pixel,
               .at = place(pixel),
               .byte = at_page ? page_end : byte_of(pixel),
               .is_cut = is_cut,
               .behind = behind,
               .plain = plain};
}

/// False if it may as well be another picture, of which the first rows are alike.
bool is_end_of_memory(const Evidence& evidence, const Cut& cut) {
    if (cut.byte % page == 0) {
        return cut.at.x > 0 || cut.pixel * 4 >= evidence.layout().extent.pixels();
    }
    // Columns at the left that are alike make the first difference be within a row.
    std::uint64_t left = 0;
    std::uint64_t different = 0;
    for (std::uint32_t y = cut.at.y + 1; y < evidence.layout().extent.height; ++y) {
        for (std::uint32_t x = 0; x < cut.at.x; ++x) {
            ++left;
            different += evidence.seen().at(x, y) != evidence.written().at(x, y) ? 1U : 0U;
        }
    }
    return left > 0 && different * 10 >= left * 9;
}

void find_cut(const Evidence& evidence, std::vector<Hypothesis>& found) {
    const auto cut = first_cut(evidence);
    if (!cut) {
        return;
    }
    const std::string_view where = cut->byte % large_page == 0
                                       ? ", the end of 2 MiB: the pages behind it are wrong"
                                   : cut->byte % page == 0 ? ", the end of a page"
                                                           : "";
    const auto sentence = [&](std::string_view behind) {
        return text::format(
            "size: right up to byte {}{}, then {}, as if the reader has fewer bytes "
            "of this buffer than were written{}",
            cut->byte, where, behind,
            cut->at.x == 0 ? text::format("; or something covers the rows from {} on", cut->at.y)
                           : "");
    };
    if (cut->plain && evidence.is_zero(cut->behind.front())) {
        found.push_back(
            {.cause = Cause::size,
             .sentence = sentence("zero"),
             .predict = [&evidence, at = cut->at, is_cut = cut->is_cut,
                         colour = cut->behind.front()](Place place) -> std::optional<Rgba8> {
                 const auto order = std::pair(place.y, place.x) <=> std::pair(at.y, at.x);
                 if (order == 0 && is_cut) {
                     return std::nullopt;
                 }
                 return order < 0 ? evidence.written().at(place.x, place.y) : colour;
             }});
        return;
    }
    const double explained =
        static_cast<double>(evidence.different()) / static_cast<double>(cut->behind.size());
    if (explained >= 0.9 && is_end_of_memory(evidence, *cut)) {
        found.push_back({.cause = Cause::size,
                         .sentence = sentence(cut->plain ? "one colour" : "other content"),
                         .predict = {},
                         .explained = explained});
    }
}

} // namespace

void find_content(const Evidence& evidence, std::vector<Hypothesis>& found) {
    find_old(evidence, found);
    find_one_colour(evidence, found);
    find_cut(evidence, found);
}

} // namespace parallax::demo
