// SPDX-License-Identifier: MIT
#include "diagnosis/diagnosis.hpp"

#include "diagnosis/evidence.hpp"

#include "parallax/image/ycbcr.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo {
namespace {

constexpr std::size_t most_alternatives = 3;

/// "read as A" and "read as B" become "read as A or B".
void add_alternative(std::string& sentence, std::string_view first, std::string_view other) {
    const std::size_t last_word = other.rfind(' ') + 1;
    const bool else_alike = first.substr(0, first.rfind(' ') + 1) == other.substr(0, last_word);
    sentence += else_alike ? " or " : "; or ";
    sentence += else_alike ? other.substr(last_word) : other;
}

/// The hypothesis that explains most; of several that explain as much, the first, and the others
/// as alternatives.
Diagnosis best_of(const Evidence& evidence, std::span<const Hypothesis> found) {
    double most = -1;
    std::vector<Diagnosis> best;
    for (const Hypothesis& hypothesis : found) {
        // A hypothesis that predicts nothing comes last.
        const auto judgement = hypothesis.explained ? Judgement{.right = *hypothesis.explained}
                                                    : evidence.of_all(hypothesis);
        const double rank = hypothesis.explained ? 0 : judgement ? judgement->rank() : -1;
        if (rank > most) {
            most = rank;
            best.clear();
        }
        if (judgement && rank == most &&
            !std::ranges::contains(best, hypothesis.sentence, &Diagnosis::sentence)) {
            best.push_back({.cause = hypothesis.cause,
                            .sentence = hypothesis.sentence,
                            .explained = judgement->right});
        }
    }
    if (best.empty() || best.size() > most_alternatives) {
        return {.sentence = best.empty()
                                ? std::string(unknown_cause)
                                : "unknown: many mistakes explain what was seen equally well"};
    }
    Diagnosis diagnosis = best.front();
    for (std::size_t i = 1; i < best.size(); ++i) {
        add_alternative(diagnosis.sentence, best.front().sentence, best[i].sentence);
    }
    return diagnosis;
}

/// @param finders those of the simplest causes first; the first finds also what has few colours.
std::optional<Diagnosis> diagnose_by(const Evidence& evidence, std::span<const Finder> finders) {
    if (!evidence.differs()) {
        return std::nullopt;
    }
    std::vector<Hypothesis> found;
    for (const Finder finder :
         finders.first(evidence.colours() < few_colours ? 1 : finders.size())) {
        finder(evidence, found);
    }
    return best_of(evidence, found);
}

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
    case Cause::planes:
        return "planes";
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
    return diagnose_by(Evidence(written, layout, seen, before),
                       std::array{find_content, find_geometry, find_format, find_stride,
                                  find_offset, find_tiling, find_colour, find_moved});
}

std::optional<Diagnosis> diagnose_ycbcr(const ImageLayout& layout,
                                        std::span<const std::byte> memory, const Picture& seen) {
    const Picture written = read_ycbcr(layout, memory);
    return diagnose_by(Evidence(written, layout, {memory.begin(), memory.end()}, seen, nullptr),
                       std::array{find_content, find_geometry, find_planes, find_moved});
}

} // namespace parallax::demo
