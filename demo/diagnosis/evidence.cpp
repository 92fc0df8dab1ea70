// SPDX-License-Identifier: MIT
#include "diagnosis/evidence.hpp"

#include "parallax/image/pixels.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <stdexcept>

namespace parallax::demo {
namespace {

constexpr std::size_t most_samples = 512;
constexpr std::size_t first_look = 6; ///< samples of which a right prediction explains most
constexpr double convincing = 0.9;    ///< the share of pixels that a cause must predict
constexpr double least_part = 0.25;   ///< of the picture of which it must say something
constexpr std::uint64_t most_pixels = std::uint64_t{1}
                                      << 21U; ///< that are predicted for a hypothesis

std::uint32_t word(const Rgba8& pixel) {
    return pixel.r | pixel.g << 8U | pixel.b << 16U | static_cast<std::uint32_t>(pixel.a) << 24U;
}

int distance(const Rgba8& a, const Rgba8& b) {
    return std::abs(a.r - b.r) + std::abs(a.g - b.g) + std::abs(a.b - b.b) + std::abs(a.a - b.a);
}

} // namespace

bool alike(const Rgba8& a, const Rgba8& b, int tolerance) {
    return std::abs(a.r - b.r) <= tolerance && std::abs(a.g - b.g) <= tolerance &&
           std::abs(a.b - b.b) <= tolerance && std::abs(a.a - b.a) <= tolerance;
}

Evidence::Evidence(const Picture& written, const ImageLayout& layout, const Picture& seen,
                   const Picture* before)
    : written_(written),
      seen_(seen),
      before_(before),
      layout_(layout),
      memory_(layout.size()) {
    write_pixels(written, layout, memory_);
    if (seen.extent() != layout.extent ||
        (before != nullptr && before->extent() != layout.extent)) {
        throw std::invalid_argument("a picture of another size than the layout's cannot be judged");
    }
    const auto [width, height] = layout.extent;
    std::vector<Place> places;
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            if (written.at(x, y) != seen.at(x, y)) {
                places.push_back({.x = x, .y = y});
            }
        }
    }
    different_ = places.size();
    // Steps of the golden ratio reach every part of the picture, and follow none of its patterns.
    const std::size_t count = std::min(places.size(), most_samples);
    for (std::size_t i = 0; i < count; ++i) {
        const double at = static_cast<double>(i) * 0.6180339887498949;
        const double share = at - static_cast<double>(static_cast<std::uint64_t>(at));
        samples_.push_back(
            places[static_cast<std::size_t>(share * static_cast<double>(places.size()))]);
    }
}

bool Evidence::was_written(std::int64_t address, std::uint32_t length) const {
    const std::int64_t from = address - static_cast<std::int64_t>(offset());
    if (from < 0 || static_cast<std::uint64_t>(address) + length > memory_.size()) {
        return false;
    }
    return static_cast<std::uint64_t>(from) % stride() + length <= layout_.row_bytes();
}

std::optional<Rgba8> Evidence::at(std::int64_t address) const {
    if (!was_written(address, bytes())) {
        return std::nullopt;
    }
    Rgba8 pixel;
    unpack(layout_.fourcc, std::span(memory_).subspan(static_cast<std::size_t>(address), bytes()),
           {&pixel, 1});
    return pixel;
}

double Evidence::of_samples(const Prediction& predict, int tolerance) const {
    const std::size_t most_wrong = samples_.size() / 7 + 2;
    std::size_t right = 0;
    std::size_t wrong = 0;
    for (const Place& place : samples_) {
        const auto predicted = predict(place);
        if (!predicted) {
            continue;
        }
        if (alike(*predicted, seen_.at(place.x, place.y), tolerance)) {
            ++right;
        } else if (++wrong > most_wrong || (wrong > right && right + wrong >= first_look)) {
            return 0;
        }
    }
    return right == 0 ? 0 : static_cast<double>(right) / static_cast<double>(right + wrong);
}

std::optional<double> Evidence::of_all(const Hypothesis& hypothesis) const {
    std::uint64_t predicted = 0;
    std::uint64_t right = 0;
    std::uint64_t different = 0;
    std::uint64_t explained = 0;
    std::set<std::uint32_t> colours;
    std::uint64_t all = 0;
    std::uint64_t all_different = 0;
    const auto step = static_cast<std::uint32_t>(1 + layout_.extent.pixels() / most_pixels);
    for (std::uint32_t y = 0; y < layout_.extent.height; y += step) {
        for (std::uint32_t x = 0; x < layout_.extent.width; ++x) {
            const Rgba8& saw = seen_.at(x, y);
            const bool differs = saw != written_.at(x, y);
            ++all;
            all_different += differs ? 1 : 0;
            const auto colour = hypothesis.predict({.x = x, .y = y});
            if (!colour) {
                continue;
            }
            const bool is_right = alike(*colour, saw, hypothesis.tolerance);
            ++predicted;
            right += is_right ? 1 : 0;
            if (differs) {
                // Nearly the same colours are near to anything that was written, so the mistake
                // must be nearer to what was seen.
                const bool better =
                    is_right && (hypothesis.tolerance == 0 ||
                                 distance(*colour, saw) < distance(written_.at(x, y), saw));
                ++different;
                explained += better ? 1 : 0;
                if (better && colours.size() < few_colours) {
                    colours.insert(word(saw));
                }
            }
        }
    }
    const auto share = [](std::uint64_t part, std::uint64_t whole) {
        return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
    };
    const bool may_be_plain =
        hypothesis.cause == Cause::other_memory || hypothesis.cause == Cause::old_content;
    if (colours.size() < few_colours && !may_be_plain) {
        return std::nullopt;
    }
    if (share(predicted, all) < least_part || share(right, predicted) < convincing ||
        share(explained, different) < convincing) {
        return std::nullopt;
    }
    // Of two that are right, the one that says more.
    return share(explained, different) * (0.9 + 0.1 * share(different, all_different));
}

} // namespace parallax::demo
