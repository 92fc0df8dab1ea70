// SPDX-License-Identifier: MIT
// The right place, and other content: older, never written, or cut off.
#include "diagnosis/evidence.hpp"

#include <algorithm>
#include <format>
#include <set>
#include <tuple>

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

void find_one_colour(const Evidence& evidence, std::vector<Hypothesis>& found) {
    const Rgba8 colour = evidence.seen().at(0, 0);
    if (!std::ranges::all_of(evidence.seen().pixels(),
                             [&colour](const Rgba8& pixel) { return pixel == colour; })) {
        return;
    }
    const bool zero = colour.r == 0 && colour.g == 0 && colour.b == 0;
    found.push_back(
        {.cause = Cause::other_memory,
         .sentence =
             zero ? "other memory: all of it is zero: never written, another buffer, or the device "
                    "did "
                    "nothing"
                  : std::format(
                        "other memory: all of it is #{:02x}{:02x}{:02x}: another buffer, or the "
                        "device only cleared it",
                        colour.r, colour.g, colour.b),
         .predict = [colour](Place) { return colour; }});
}

/// What comes behind the last byte that is right.
std::string rest_sentence(const Evidence& evidence, Place from) {
    const Rgba8 first = evidence.seen().at(from.x, from.y);
    const auto rest = evidence.seen().pixels().subspan(
        std::size_t{from.y} * evidence.layout().extent.width + from.x);
    if (!std::ranges::all_of(rest, [&first](const Rgba8& pixel) { return pixel == first; })) {
        return "other content";
    }
    return first.r == 0 && first.g == 0 && first.b == 0 ? "zero" : "one colour";
}

void find_cut(const Evidence& evidence, std::vector<Hypothesis>& found) {
    const auto [width, height] = evidence.layout().extent;
    std::set<std::tuple<int, int, int>> colours;
    std::uint64_t right = 0; // pixels before the first that differs
    for (const Rgba8& pixel : evidence.written().pixels()) {
        if (pixel != evidence.seen().pixels()[right]) {
            break;
        }
        if (colours.size() < few_colours) {
            colours.emplace(pixel.r, pixel.g, pixel.b);
        }
        ++right;
    }
    const std::uint64_t rest = evidence.layout().extent.pixels() - right;
    if (right < 2 * std::uint64_t{width} || right * 20 < evidence.layout().extent.pixels() ||
        colours.size() < few_colours || evidence.different() * 10 < rest * 9) {
        return;
    }
    const Place from{.x = static_cast<std::uint32_t>(right % width),
                     .y = static_cast<std::uint32_t>(right / width)};
    const std::uint64_t byte = evidence.layout().offset_of(from.x, from.y);
    const std::string rest_is = rest_sentence(evidence, from);
    // Pictures of which the first rows are alike differ from there on, too.
    if (rest_is == "other content" && (byte % page >= evidence.bytes() || from.x == 0)) {
        return;
    }
    std::string where;
    if (byte % large_page < evidence.bytes()) {
        where = ", the end of 2 MiB: the pages behind it are wrong";
    } else if (byte % page < evidence.bytes()) {
        where = ", the end of a page";
    }
    found.push_back(
        {.cause = Cause::size,
         .sentence = std::format("size: right up to byte {}{}, then {}: the reader has fewer "
                                 "bytes of this buffer than were written",
                                 byte, where, rest_is),
         .predict = {},
         .explained = 0.9}); // what comes behind it is not predicted
}

} // namespace

void find_content(const Evidence& evidence, std::vector<Hypothesis>& found) {
    find_old(evidence, found);
    find_one_colour(evidence, found);
    find_cut(evidence, found);
}

} // namespace parallax::demo
