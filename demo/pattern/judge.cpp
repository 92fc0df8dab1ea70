// SPDX-License-Identifier: MIT
#include "pattern/judge.hpp"

#include "pattern/colour_change.hpp"
#include "pattern/orientation.hpp"
#include "pattern/view.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

constexpr double nearly_all = 0.95; ///< of the pixels of a scaled pattern
constexpr std::size_t most_candidates = 4;

/// A picture in which the pattern is upright, and its codes.
struct Look {
    Orientation orientation = orientations.front();
    Picture upright = {};
    std::vector<Sighting> codes = {};
};

/// The picture made upright, if the codes say in which of the @p possible orientations that is.
Look look_at(const Picture& seen, std::span<const Orientation> possible) {
    std::optional<Look> first;
    for (const Orientation& orientation : possible) {
        Look look{.orientation = orientation, .upright = made_upright(seen, orientation)};
        look.codes = find_codes(look.upright);
        if (common_origin(look.codes) && stated_pattern(look.codes)) {
            return look;
        }
        if (!first) {
            first = std::move(look);
        }
    }
    return *std::move(first);
}

/// The expected picture of the pattern, and that of the frame before.
struct Expected {
    Pattern pattern;
    Picture written = {};
    std::optional<Picture> before = {};
};

/// The top left corner, in the picture that was seen, of a pattern with its corner at @p origin of
/// the upright picture.
Origin place_in_seen(const Look& look, const Origin& origin, Extent extent) {
    const Extent all = look.upright.extent();
    const auto from_other_side =
        [scale = std::int64_t{origin.scale}](std::int64_t at, std::uint32_t size,
                                             std::uint32_t end) { return end - at - size * scale; };
    Origin place = origin;
    if (look.orientation.exchanges_sides ? look.orientation.from_bottom
                                         : look.orientation.from_right) {
        place.x = from_other_side(origin.x, extent.width, all.width);
    }
    if (look.orientation.exchanges_sides ? look.orientation.from_right
                                         : look.orientation.from_bottom) {
        place.y = from_other_side(origin.y, extent.height, all.height);
    }
    if (look.orientation.exchanges_sides) {
        std::swap(place.x, place.y);
    }
    return place;
}

/// The mistake that explains what was seen of the whole pattern.
std::optional<Diagnosis> cause_of(const Expected& expected, const Picture& seen) {
    const ImageLayout& layout = expected.pattern.layout;
    if (!layout.format().is_ycbcr) {
        return diagnose(expected.written, layout, seen,
                        expected.before ? &*expected.before : nullptr);
    }
    std::vector<std::byte> memory(layout.size());
    write_pixels(draw_pattern(expected.pattern), layout, memory);
    return diagnose_ycbcr(layout, memory, seen);
}

/// The pattern turned by 90 degrees, which is compared upright.
void judge_turned(const Look& look, const Expected& expected, const View& view, Ruling& ruling) {
    ruling.comparison = compare(expected.written, view.picture);
    const bool same = ruling.comparison.equal() ||
                      slight_colour_change(expected.written, view.picture).has_value();
    ruling.comparison.different = ruling.comparison.compared; // where it is, it is not upright
    ruling.diagnosis = same ? Diagnosis{.cause = Cause::geometry,
                                        .sentence = std::string(look.orientation.sentence),
                                        .explained = 1}
                            : Diagnosis{.sentence = std::string(unknown_cause)};
}

Ruling judge_at(const Look& look, const Origin& origin, const Expected& expected, bool exact) {
    Ruling ruling{.pattern = expected.pattern,
                  .origin = place_in_seen(look, origin, expected.written.extent()),
                  .frames = seen_frames(look.codes)};
    const View upright = view_of(look.upright, origin, expected.written.extent());
    if (look.orientation.exchanges_sides) {
        judge_turned(look, expected, upright, ruling);
        return ruling;
    }
    const Picture seen = made_upright(upright.picture, look.orientation); // as it was
    ruling.comparison = compare(expected.written, seen);
    if (ruling.comparison.equal()) {
        return ruling;
    }
    if (!upright.whole()) {
        ruling.diagnosis = cause_of_crop(expected.written, upright, look.orientation.sentence);
    }
    if (!ruling.diagnosis) {
        ruling.diagnosis = cause_of(expected, seen);
    }
    if (!exact && upright.whole() && ruling.diagnosis->cause == Cause::unknown) {
        ruling.colours_changed = slight_colour_change(expected.written, seen);
        if (ruling.colours_changed) {
            ruling.diagnosis.reset();
        }
    }
    if (ruling.diagnosis && ruling.diagnosis->cause == Cause::unknown && upright.uneven > 0) {
        ruling.diagnosis->sentence = text::format(
            "unknown: enlarged {} times, and {} of the pixels are not of one colour there, as by a "
            "filter",
            origin.scale, upright.uneven);
    }
    return ruling;
}

/// The place of the pattern by the codes of a frame, or by all codes if its own do not tell.
std::optional<Origin> common_of(std::span<const Sighting> codes, std::uint16_t frame) {
    std::vector<Sighting> own;
    std::ranges::copy_if(codes, std::back_inserter(own), [frame](const Sighting& sighting) {
        return sighting.code.frame == (frame & 0xffU);
    });
    const auto common = common_origin(own);
    return common ? common : common_origin(codes);
}

/// Where the pattern may be, the likeliest place first.
/// @param frame that is expected.
std::vector<Origin> candidates(const Look& look, Extent extent, std::uint16_t frame,
                               const Expectation& expectation) {
    const auto common = common_of(look.codes, frame);
    if (expectation.at) {
        Origin at = *expectation.at;
        at.scale = common ? common->scale : at.scale;
        return {at};
    }
    std::vector<Origin> origins;
    const auto add = [&](const Origin& origin) {
        if (!std::ranges::contains(origins, origin) && origins.size() < most_candidates) {
            origins.push_back(origin);
        }
    };
    for (std::uint32_t scale = 1; scale <= largest_scale; ++scale) {
        if (look.upright.extent() ==
            Extent{.width = extent.width * scale, .height = extent.height * scale}) {
            add({.x = 0, .y = 0, .scale = scale});
        }
    }
    // Memory that is read as large as the pattern begins with it: codes elsewhere are a mistake's.
    const bool is_given = expectation.is_memory && look.upright.extent() == extent;
    if (common && !is_given) {
        add(*common);
    }
    if (common) {
        return origins;
    }
    // If rows slip, the first ones slip the least.
    std::vector<Sighting> by_row = look.codes;
    std::ranges::stable_sort(by_row, {}, [](const Sighting& sighting) {
        return std::pair(sighting.code.row, sighting.code.block);
    });
    for (const Sighting& sighting : by_row) {
        const Origin origin = origin_by(sighting);
        if (origin.x >= 0 && origin.y >= 0) {
            add(origin);
        }
    }
    return origins;
}

Expected expected_by(const Look& look, const Pattern& pattern,
                     const std::optional<std::uint16_t>& wanted) {
    const std::vector<SeenFrame> frames = seen_frames(look.codes);
    Expected expected{.pattern = pattern};
    if (wanted || !frames.empty()) {
        expected.pattern.frame = wanted ? *wanted : frames.front().number;
    }
    expected.written = pattern_as_written(expected.pattern);
    const auto other = std::ranges::find_if(
        frames, [&](const SeenFrame& frame) { return frame.number != expected.pattern.frame; });
    if (other != frames.end()) {
        Pattern before = pattern;
        before.frame = other->number;
        expected.before = pattern_as_written(before);
    }
    return expected;
}

/// The pattern that is expected: what its codes say, or else what is known of it.
std::optional<Pattern> pattern_in(const Look& look, const Expectation& expectation) {
    if (const auto stated = stated_pattern(look.codes)) {
        return stated;
    }
    return expectation.layout ? std::optional(Pattern{.layout = *expectation.layout,
                                                      .translucent = expectation.translucent})
                              : std::nullopt;
}

/// Alpha in a screenshot of an opaque pattern says nothing.
void hide_alpha(Picture& picture, const Pattern& pattern, const Expectation& expectation) {
    if (!pattern.translucent && !expectation.is_memory) {
        for (Rgba8& pixel : picture.pixels()) {
            pixel.a = 255;
        }
    }
}

/// The codes of an enlarged pattern, each once.
std::vector<Sighting> once(const std::vector<ScaledCode>& codes) {
    std::vector<Sighting> found;
    for (const ScaledCode& code : codes) {
        if (!std::ranges::contains(found, code.code, &Sighting::code)) {
            found.push_back({.y = code.y, .code = code.code});
        }
    }
    return found;
}

/// The top left corner of a scaled pattern in the picture that was seen.
Origin corner_in_seen(const Look& look, const Scaling& scaling, Extent extent) {
    const auto corner_at = [](const Axis& axis, bool from_other_side, std::uint32_t count,
                              std::uint32_t end) {
        return std::int64_t{
            std::lround(from_other_side ? end - axis.from - axis.scale * count : axis.from)};
    };
    const auto [width, height] = look.upright.extent();
    return {.x = corner_at(scaling.across, look.orientation.from_right, extent.width, width),
            .y = corner_at(scaling.down, look.orientation.from_bottom, extent.height, height)};
}

/// The pattern scaled, as a filter does it, in the place that its codes say, or all over a picture
/// without codes.
std::optional<Ruling> judge_scaled(const Picture& seen, const Expectation& expectation) {
    Look look{.upright = seen};
    std::optional<Scaling> about;
    for (const Orientation& orientation : orientations) {
        if (!orientation.exchanges_sides && !about) {
            look = {.orientation = orientation, .upright = made_upright(seen, orientation)};
            const std::vector<ScaledCode> codes = find_scaled_codes(look.upright);
            look.codes = once(codes);
            about = stated_pattern(look.codes) ? scaling_by(codes) : std::nullopt;
        }
    }
    if (!about) {
        look = {.upright = seen};
    }
    const auto pattern = pattern_in(look, expectation);
    if (!pattern) {
        return std::nullopt;
    }
    const auto [width, height] = pattern->layout.extent;
    const auto factor = [](std::uint32_t to, std::uint32_t from) {
        return Axis{.scale = static_cast<double>(to) / from};
    };
    const Scaling start = about ? *about
                                : Scaling{.across = factor(seen.extent().width, width),
                                          .down = factor(seen.extent().height, height)};
    constexpr double nothing = 0.02; // changed by scaling
    if (std::abs(start.across.scale - 1) < nothing && std::abs(start.down.scale - 1) < nothing) {
        return std::nullopt;
    }
    hide_alpha(look.upright, *pattern, expectation);
    const Expected expected = expected_by(look, *pattern, expectation.frame);
    Ruling ruling{.pattern = expected.pattern, .frames = seen_frames(look.codes)};
    ruling.scaling = about ? fitted(expected.written, look.upright, start)
                           : with_best_filter(expected.written, look.upright, start);
    if (ruling.scaling->is_repetition()) {
        return std::nullopt; // which is judged pixel by pixel
    }
    ruling.origin = corner_in_seen(look, *ruling.scaling, pattern->layout.extent);
    const std::uint64_t pixels = expected.written.extent().pixels();
    ruling.comparison = {.compared = pixels, .different = pixels, .largest = 255};
    const std::string_view turned = look.orientation.sentence;
    if (ruling.scaling->explained >= nearly_all) {
        ruling.diagnosis = Diagnosis{
            .cause = Cause::geometry,
            .sentence = text::format("{}scaled by {} with {}",
                                     turned.empty() ? "geometry: " : std::string(turned) + ", and ",
                                     ruling.scaling->factors(), ruling.scaling->filter),
            .explained = ruling.scaling->explained};
    } else if (about) {
        ruling.diagnosis = Diagnosis{
            .sentence = text::format("unknown: scaled by about {}, and not only by a filter",
                                     about->factors())};
    } else {
        return std::nullopt;
    }
    return ruling;
}

/// True if @p a says more than @p b.
bool is_better(const Ruling& a, const Ruling& b) {
    const auto rank = [](const Ruling& ruling) {
        const bool known = ruling.diagnosis && ruling.diagnosis->cause != Cause::unknown;
        return std::pair(ruling.same(), known ? ruling.diagnosis->explained : 0.0);
    };
    return rank(a) > rank(b);
}

} // namespace

bool Ruling::same() const {
    return pattern && (comparison.equal() || colours_changed);
}

std::string Ruling::headline() const {
    if (!pattern) {
        return "DIFFERENT: no pattern was found";
    }
    return text::format(
        "{}: {} of {} pixels differ{}", same() ? "same picture" : "DIFFERENT", comparison.different,
        comparison.compared,
        colours_changed
            ? text::format(", by at most {} of 255, as by colour management", *colours_changed)
            : "");
}

std::string Ruling::place() const {
    const std::string factor = scaling             ? scaling->factors()
                               : origin.scale == 1 ? ""
                                                   : std::to_string(origin.scale);
    return text::format("at ({}, {}){}", origin.x, origin.y,
                        factor.empty() ? "" : text::format(", {} times as large", factor));
}

Ruling judge(const Picture& seen, const Expectation& expectation) {
    // In a place that is given, it is compared as it is.
    const auto possible = std::span(orientations).first(expectation.at ? 1 : orientations.size());
    Look look = look_at(seen, possible);
    Ruling best;
    if (const auto pattern = pattern_in(look, expectation)) {
        hide_alpha(look.upright, *pattern, expectation);
        const Expected expected = expected_by(look, *pattern, expectation.frame);
        for (const Origin& origin :
             candidates(look, pattern->layout.extent, expected.pattern.frame, expectation)) {
            Ruling ruling = judge_at(look, origin, expected, expectation.exact);
            if (!best.pattern || is_better(ruling, best)) {
                best = std::move(ruling);
            }
            if (best.same()) {
                return best;
            }
        }
    }
    const bool is_known = best.diagnosis && best.diagnosis->cause != Cause::unknown;
    if (!is_known && !expectation.at) {
        return judge_scaled(seen, expectation).value_or(best);
    }
    return best;
}

} // namespace parallax::demo
