// SPDX-License-Identifier: MIT
#include "diagnosis/diagnosis.hpp"

#include "diagnosis/evidence.hpp"

#include <array>
#include <vector>

namespace parallax::demo {
namespace {

constexpr double as_good_as_all = 0.999; ///< no other cause is looked for

} // namespace

std::string_view name_of(Cause cause) noexcept {
    switch (cause) {
    case Cause::unknown:
        break;
    case Cause::stride:
        return "stride";
    case Cause::offset:
        return "offset";
    case Cause::format:
        return "format";
    case Cause::tiling:
        return "tiling";
    case Cause::colour:
        return "colour";
    case Cause::geometry:
        return "geometry";
    case Cause::old_content:
        return "old content";
    case Cause::size:
        return "size";
    case Cause::other_memory:
        return "other memory";
    }
    return "unknown";
}

std::optional<Diagnosis> diagnose(const Picture& written, const ImageLayout& layout,
                                  const Picture& seen, const Picture* before) {
    const Evidence evidence(written, layout, seen, before);
    if (!evidence.differs()) {
        return std::nullopt;
    }
    // The simplest and the cheapest first: a later cause must explain more.
    constexpr std::array finders{find_content, find_geometry, find_format, find_stride,
                                 find_tiling,  find_colour,   find_offset, find_moved};
    Diagnosis best{.sentence = "unknown: no single mistake that is known explains what was seen"};
    for (const Finder finder : finders) {
        std::vector<Hypothesis> found;
        finder(evidence, found);
        for (const Hypothesis& hypothesis : found) {
            const auto explained =
                hypothesis.explained ? hypothesis.explained : evidence.of_all(hypothesis);
            if (explained && *explained > best.explained) {
                best = {.cause = hypothesis.cause,
                        .sentence = hypothesis.sentence,
                        .explained = *explained};
            }
        }
        if (best.explained >= as_good_as_all) {
            break;
        }
    }
    return best;
}

} // namespace parallax::demo
