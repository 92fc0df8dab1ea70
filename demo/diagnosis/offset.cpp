// SPDX-License-Identifier: MIT
// The picture read from another byte of the buffer than it was written to. There are millions of
// such bytes, so colours that were seen are looked for in the memory, and only the offsets at which
// one of them would be read are tried.
#include "diagnosis/evidence.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

constexpr std::int64_t farthest_offset = std::int64_t{16} << 20U; ///< bytes
constexpr std::size_t most_anchors = 16;
constexpr std::size_t most_tried = std::size_t{1} << 21U; ///< offsets, then no further anchor

/// A place whose colour is looked for in the memory.
struct Anchor {
    Place place;
    std::size_t alike; ///< samples of the same colour
};

/// The samples of which the colours are the rarest, since these are in few places of the memory.
std::vector<Anchor> anchors_of(const Evidence& evidence) {
    const auto colour_at = [&](const Place& at) { return evidence.seen().at(at.x, at.y); };
    std::vector<Anchor> anchors;
    for (const Place& place : evidence.samples(2 * most_anchors)) {
        anchors.push_back({.place = place,
                           .alike = static_cast<std::size_t>(std::ranges::count(
                               evidence.samples(), colour_at(place), colour_at))});
    }
    std::ranges::stable_sort(anchors, {}, &Anchor::alike);
    anchors.resize(std::min(anchors.size(), most_anchors));
    return anchors;
}

/// Tries offsets, and collects those that are not clearly wrong.
class Trial {
public:
    explicit Trial(const Evidence& evidence) : evidence_(evidence) {}

    /// Tries each offset at which an anchor's colour is read at the anchor's place. Pixels are
    /// compared, not bytes: of formats of more than 8 bits, many bytes are read as one colour.
    void try_all(std::span<const Anchor> anchors) {
        const auto memory = evidence_.memory();
        for (std::uint32_t first = 0; first < evidence_.bytes(); ++first) {
            std::vector<Rgba8> pixels((memory.size() - first) / evidence_.bytes());
            unpack(evidence_.layout().fourcc, memory.subspan(first), pixels);
            tried_ = 0;
            for (const Anchor& anchor : anchors) {
                if (tried_ >= most_tried / evidence_.bytes()) {
                    break;
                }
                try_all(anchor.place, first, pixels);
            }
        }
    }

    /// In order, each once.
    [[nodiscard]] std::vector<std::int64_t> take() && {
        std::ranges::sort(kept_);
        kept_.erase(std::ranges::unique(kept_).begin(), kept_.end());
        return std::move(kept_);
    }

private:
    /// @param first the address of the first pixel.
    void try_all(const Place& anchor, std::uint32_t first, std::span<const Rgba8> pixels) {
        const Rgba8 colour = evidence_.seen().at(anchor.x, anchor.y);
        const std::int64_t from_start = address_from(anchor, 0);
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            if (pixels[i] != colour) {
                continue;
            }
            const auto offset =
                static_cast<std::int64_t>(first + i * evidence_.bytes()) - from_start;
            const auto by = offset - static_cast<std::int64_t>(evidence_.offset());
            if (offset >= 0 && std::abs(by) <= farthest_offset) {
                try_one(offset);
            }
        }
    }

    [[nodiscard]] std::int64_t address_from(const Place& place, std::int64_t offset) const {
        return offset + static_cast<std::int64_t>(place.y * evidence_.stride() +
                                                  std::uint64_t{place.x} * evidence_.bytes());
    }

    void try_one(std::int64_t offset) {
        ++tried_;
        if (offset != static_cast<std::int64_t>(evidence_.offset()) && may_be(offset)) {
            kept_.push_back(offset);
        }
    }

    /// False for nearly all offsets that are wrong: of the first four pixels of which an offset
    /// says something, two are.
    [[nodiscard]] bool may_be(std::int64_t offset) const {
        constexpr std::size_t most_looked_at = 16;
        int predicted = 0;
        int wrong = 0;
        for (const Place& place : evidence_.samples(most_looked_at)) {
            const auto pixel = evidence_.at(address_from(place, offset));
            if (!pixel) {
                continue;
            }
            wrong += *pixel != evidence_.seen().at(place.x, place.y) ? 1 : 0;
            if (++predicted == 4 || wrong == 2) {
                break;
            }
        }
        return wrong < std::min(predicted, 2);
    }

    const Evidence& evidence_;
    std::size_t tried_ = 0;
    std::vector<std::int64_t> kept_;
};

} // namespace

void find_offset(const Evidence& evidence, std::vector<Hypothesis>& found) {
    Trial trial(evidence);
    trial.try_all(anchors_of(evidence));
    Shortlist shortlist(evidence, Cause::offset);
    for (const std::int64_t offset : std::move(trial).take()) {
        shortlist.offer(read_at(evidence, offset, evidence.stride()), 0, [&] {
            return text::format(
                "offset: the picture was written from byte {} on, and read from byte {}",
                evidence.offset(), offset);
        });
    }
    shortlist.add_to(found);
}

} // namespace parallax::demo
