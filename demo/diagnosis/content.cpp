// SPDX-License-Identifier: MIT
// The right place, and other content: older, never written, or cut off.
#include "diagnosis/evidence.hpp"

#include <algorithm>
#include <format>
#include <functional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace parallax::demo {
namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t line = 64;
constexpr std::uint64_t large_page = std::uint64_t{2} << 20U;

/// True if no block of @p size bytes has both new and old content.
bool is_in_blocks(const Evidence& evidence, std::uint64_t size) {
    const auto [width, height] = evidence.layout().extent;
    std::uint64_t block = 0;
    bool has_new = false;
    bool has_old = false;
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            const std::uint64_t now = evidence.layout().offset_of(x, y) / size;
            if (now != block) {
                block = now;
                has_new = has_old = false;
            }
            const Rgba8& saw = evidence.seen().at(x, y);
            const Rgba8& wrote = evidence.written().at(x, y);
            has_old = has_old || saw != wrote;
            has_new = has_new || (saw == wrote && evidence.before()->at(x, y) != wrote);
            if (has_new && has_old) {
                return false;
            }
        }
    }
    return true;
}

std::string old_sentence(const Evidence& evidence) {
    if (evidence.seen() == *evidence.before()) {
        return "old content: nothing of the last write is seen: it was not waited for (fence, "
               "SYNC), went to "
               "other memory, or a copy is read that is not refreshed";
    }
    if (is_in_blocks(evidence, page)) {
        return "old content in whole pages, as in a bounce buffer or a copy that is not refreshed "
               "(SYNC), or "
               "in pages that were not written";
    }
    if (is_in_blocks(evidence, line)) {
        return "old content in whole lines of 64 bytes, as in a cache that was not written back or "
               "not "
               "invalidated (SYNC), or in gaps between rows";
    }
    return "old content in parts, as where the reader does not wait for the writer (fence)";
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
                         return differs ? evidence.before()->at(at.x, at.y) : wrote;
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
                         : std::format("other memory: all of it is #{:02x}{:02x}{:02x}: another "
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
    std::span<const Rgba8> behind; ///< what was seen from there on
    bool plain;                    ///< if that has one colour
};

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
    const auto behind = seen.subspan(pixel);
    const bool plain = is_plain(behind);
    // If the last pixels that are right are what comes behind the end, they may be by chance.
    std::uint64_t sure = pixel - 1;
    while (plain && sure > 0 && seen[sure] == behind.front()) {
        --sure;
    }
    const auto place = [width](std::uint64_t i) {
        return Place{.x = static_cast<std::uint32_t>(i % width),
                     .y = static_cast<std::uint32_t>(i / width)};
    };
    const auto byte_of = [&](std::uint64_t i) {
        return evidence.layout().offset_of(place(i).x, place(i).y);
    };
    // The end is in the first pixel that differs, or before it; a page's end is the likeliest.
    const std::uint64_t page_end = (byte_of(pixel) + evidence.bytes() - 1) / page * page;
    const bool at_page = page_end >= byte_of(sure) + evidence.bytes();
    return Cut{.pixel = pixel,
               .at = place(pixel),
               .byte = at_page ? page_end : byte_of(pixel),
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
        return std::format("size: right up to byte {}{}, then {}, as if the reader has fewer bytes "
                           "of this buffer than were written",
                           cut->byte, where, behind);
    };
    if (cut->plain && evidence.is_zero(cut->behind.front())) {
        found.push_back(
            {.cause = Cause::size,
             .sentence = sentence("zero"),
             .predict = [&evidence, at = cut->at, colour = cut->behind.front()](Place place) {
                 const bool before = std::pair(place.y, place.x) < std::pair(at.y, at.x);
                 return before ? evidence.written().at(place.x, place.y) : colour;
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
