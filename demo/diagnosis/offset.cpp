// SPDX-License-Identifier: MIT
// The picture read from another byte of the buffer than it was written to. There are millions of
// such bytes, so colours that were seen are looked for in the memory, and only the offsets at which
// one of them would be read are tried.
#include "diagnosis/evidence.hpp"

#include "parallax/image/pixels.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <format>
#include <ranges>
#include <span>

namespace parallax::demo {
namespace {

constexpr std::int64_t farthest_offset = std::int64_t{16} << 20U; ///< bytes
constexpr std::size_t most_anchors = 16;
constexpr std::size_t most_tried = std::size_t{1} << 21U; ///< offsets, then no further anchor

/// The bytes of a pixel as a little-endian word, and which of its bits have a meaning.
struct Word {
    std::uint64_t value = 0;
    std::uint64_t mask = 0;
};

Rgba8 pixel_of(std::uint32_t fourcc, std::uint64_t word) {
    std::array<std::byte, sizeof(word)> bytes{};
    std::memcpy(bytes.data(), &word, sizeof(word));
    Rgba8 pixel;
    unpack(fourcc, bytes, {&pixel, 1});
    return pixel;
}

/// @return none if no bytes are read as this colour.
std::optional<Word> word_of(const Evidence& evidence, const Rgba8& pixel) {
    const std::uint32_t fourcc = evidence.layout().fourcc;
    if (evidence.bytes() > sizeof(Word::value)) {
        return std::nullopt;
    }
    std::array<std::byte, sizeof(Word::value)> bytes{};
    pack(fourcc, {&pixel, 1}, bytes);
    Word word;
    std::memcpy(&word.value, bytes.data(), sizeof(word.value));
    if (pixel_of(fourcc, word.value) != pixel) {
        return std::nullopt;
    }
    for (std::uint32_t bit = 0; bit < evidence.bytes() * CHAR_BIT; ++bit) {
        const std::uint64_t flipped = std::uint64_t{1} << bit;
        if (pixel_of(fourcc, word.value ^ flipped) != pixel) {
            word.mask |= flipped;
        }
    }
    return word;
}

/// A place whose colour is looked for in the memory.
struct Anchor {
    Place place;
    std::size_t alike; ///< samples of the same colour
};

/// The samples of which the colours are the rarest, since these are in few places of the memory.
std::vector<Anchor> anchors_of(const Evidence& evidence) {
    const auto colour_at = [&](const Place& at) { return evidence.seen().at(at.x, at.y); };
    std::vector<Anchor> anchors;
    for (const Place& place : evidence.samples() | std::views::take(2 * most_anchors)) {
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

    /// Tries each offset at which the anchor's colour is read at the anchor's place.
    void try_all(const Place& anchor) {
        const auto word = word_of(evidence_, evidence_.seen().at(anchor.x, anchor.y));
        if (!word) {
            return;
        }
        const auto memory = evidence_.memory();
        const std::int64_t from_start = address_from(anchor, 0);
        const std::int64_t right = from_start + static_cast<std::int64_t>(evidence_.offset());
        const auto end = static_cast<std::int64_t>(memory.size() - evidence_.bytes());
        const std::int64_t first = std::max(from_start, right - farthest_offset);
        const std::int64_t last = std::min(end, right + farthest_offset);
        for (std::int64_t address = first; address <= last; ++address) {
            std::uint64_t value = 0;
            std::memcpy(&value, memory.data() + address, evidence_.bytes());
            if (((value ^ word->value) & word->mask) == 0) {
                try_one(address - from_start);
            }
        }
    }

    [[nodiscard]] bool enough() const noexcept { return tried_ >= most_tried; }

    /// In order, each once.
    [[nodiscard]] std::vector<std::int64_t> take() && {
        std::ranges::sort(kept_);
        kept_.erase(std::ranges::unique(kept_).begin(), kept_.end());
        return std::move(kept_);
    }

private:
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
        for (const Place& place : evidence_.samples() | std::views::take(most_looked_at)) {
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
    for (const Anchor& anchor : anchors_of(evidence)) {
        if (trial.enough()) {
            break;
        }
        trial.try_all(anchor.place);
    }
    Shortlist shortlist(evidence, Cause::offset);
    for (const std::int64_t offset : std::move(trial).take()) {
        shortlist.offer(read_at(evidence, offset, evidence.stride()), 0, [&] {
            return std::format(
                "offset: the picture was written from byte {} on, and read from byte {}",
                evidence.offset(), offset);
        });
    }
    shortlist.add_to(found);
}

} // namespace parallax::demo
