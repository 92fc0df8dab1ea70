// SPDX-License-Identifier: MIT
#include "diagnosis/evidence.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/image/ycbcr.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

namespace parallax::demo {
namespace {

constexpr std::size_t most_samples = 512;
constexpr std::size_t most_of_one_colour = most_samples / few_colours;
constexpr std::size_t most_looks = 8 * most_samples; ///< at pixels that differ, for samples
constexpr std::size_t first_look = 6; ///< samples of which a right prediction explains most
constexpr std::size_t most_listed = 8;
constexpr double convincing = 0.95; ///< the share of pixels that a cause must predict
constexpr double least_part = 0.25; ///< of the picture of which it must say something
constexpr std::uint64_t most_pixels = std::uint64_t{1}
                                      << 21U; ///< that are predicted for a hypothesis

std::uint32_t word(const Rgba8& pixel) {
    return pixel.r | pixel.g << 8U | pixel.b << 16U | static_cast<std::uint32_t>(pixel.a) << 24U;
}

/// The colour, or where predictions are rounded, the group of like colours.
std::uint32_t colour_group(const Rgba8& pixel, int tolerance) {
    return tolerance > 1 ? word(pixel) & 0xf8f8f8f8 : word(pixel);
}

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

int distance(const Rgba8& a, const Rgba8& b) {
    return std::abs(a.r - b.r) + std::abs(a.g - b.g) + std::abs(a.b - b.b) + std::abs(a.a - b.a);
}

/// The i-th of many numbers below @p end that are spread evenly however many are taken, and follow
/// no pattern: steps of the golden ratio.
std::size_t golden(std::size_t i, std::size_t end) {
    const double at = static_cast<double>(i) * 0.6180339887498949;
    return static_cast<std::size_t>((at - std::floor(at)) * static_cast<double>(end));
}

std::vector<std::byte> memory_of(const Picture& picture, const ImageLayout& layout) {
    std::vector<std::byte> memory(layout.size());
    write_pixels(picture, layout, memory);
    return memory;
}

} // namespace

bool alike(const Rgba8& a, const Rgba8& b, int tolerance) {
    return std::abs(a.r - b.r) <= tolerance && std::abs(a.g - b.g) <= tolerance &&
           std::abs(a.b - b.b) <= tolerance && std::abs(a.a - b.a) <= tolerance;
}

Evidence::Evidence(const Picture& written, const ImageLayout& layout, const Picture& seen,
                   const Picture* before)
    : Evidence(written, layout, memory_of(written, layout), seen, before) {}

Evidence::Evidence(const Picture& written, const ImageLayout& layout, std::vector<std::byte> memory,
                   const Picture& seen, const Picture* before)
    : written_(written),
      seen_(seen),
      before_(before),
      layout_(layout),
      bytes_(layout.format().bytes()),
      row_bytes_(layout.row_bytes()),
      memory_(std::move(memory)) {
    if (seen.extent() != layout.extent ||
        (before != nullptr && before->extent() != layout.extent)) {
        throw std::invalid_argument("a picture of another size than the layout's cannot be judged");
    }
    std::vector<std::uint32_t> differing; // pixels in reading order
    for (std::uint32_t i = 0; i < layout.extent.pixels(); ++i) {
        if (written.pixels()[i] != seen.pixels()[i]) {
            differing.push_back(i);
        }
    }
    different_ = differing.size();
    const auto place = [width = layout.extent.width](std::size_t pixel) {
        return Place{.x = static_cast<std::uint32_t>(pixel % width),
                     .y = static_cast<std::uint32_t>(pixel / width)};
    };
    std::map<std::uint32_t, std::size_t> of_colour;
    const std::size_t looks = std::min(differing.size(), most_looks);
    for (std::size_t i = 0; i < looks && samples_.size() < most_samples; ++i) {
        const std::uint32_t pixel = differing[golden(i, differing.size())];
        if (++of_colour[word(seen.pixels()[pixel])] <= most_of_one_colour) {
            samples_.push_back(place(pixel));
        }
    }
    colours_ = of_colour.size();
    for (std::size_t i = 0; i < std::min<std::size_t>(layout.extent.pixels(), most_samples / 2);
         ++i) {
        samples_.push_back(place(golden(i, layout.extent.pixels())));
    }
}

bool Evidence::is_zero(const Rgba8& colour) const {
    const bool is_ycbcr = layout_.format().is_ycbcr;
    const Rgba8 zero =
        is_ycbcr ? to_rgb(ycbcr_matrix(layout_.encoding, layout_.range), 0, 0, 0) : Rgba8{};
    return colour.r == zero.r && colour.g == zero.g && colour.b == zero.b;
}

bool Evidence::was_written(std::int64_t address, std::uint32_t length) const {
    const std::int64_t from = address - static_cast<std::int64_t>(offset());
    if (from < 0 || static_cast<std::uint64_t>(address) + length > memory_.size()) {
        return false;
    }
    return static_cast<std::uint64_t>(from) % stride() + length <= row_bytes_;
}

Rgba8 Evidence::pixel_of(std::span<const std::byte> bytes) const {
    Rgba8 pixel;
    unpack(layout_.fourcc, bytes, {&pixel, 1});
    return pixel;
}

std::optional<Rgba8> Evidence::at(std::int64_t address) const {
    if (!was_written(address, bytes_)) {
        return std::nullopt;
    }
    return pixel_of(std::span(memory_).subspan(static_cast<std::size_t>(address), bytes_));
}

std::optional<Judgement> Evidence::of_samples(const Prediction& predict, int tolerance) const {
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
            return std::nullopt;
        }
    }
    const Judgement judgement{.right = share(right, right + wrong),
                              .said = share(right + wrong, samples_.size())};
    return right > 0 && judgement.said >= least_part / 2 ? std::optional(judgement) : std::nullopt;
}

std::optional<Judgement> Evidence::of_all(const Hypothesis& hypothesis) const {
    std::uint64_t all = 0;
    std::uint64_t predicted = 0;
    std::uint64_t right = 0;
    std::uint64_t different = 0;
    std::uint64_t different_predicted = 0;
    std::uint64_t explained = 0;
    std::set<std::uint32_t> colours;
    const auto step = static_cast<std::uint32_t>(1 + layout_.extent.pixels() / most_pixels);
    const auto most_wrong =
        static_cast<std::uint64_t>((1 - convincing) * static_cast<double>(layout_.extent.pixels()));
    for (std::uint32_t y = 0; y < layout_.extent.height; y += step) {
        if (predicted - right > most_wrong) {
            return std::nullopt; // whatever the other rows are
        }
        for (std::uint32_t x = 0; x < layout_.extent.width; ++x) {
            const Rgba8& saw = seen_.at(x, y);
            const Rgba8& wrote = written_.at(x, y);
            // A difference within the rounding is no evidence.
            const bool differs = !alike(saw, wrote, hypothesis.tolerance);
            ++all;
            different += differs ? 1 : 0;
            const auto colour = hypothesis.predict({.x = x, .y = y});
            if (!colour) {
                continue;
            }
            const bool is_right = alike(*colour, saw, hypothesis.tolerance);
            ++predicted;
            right += is_right ? 1 : 0;
            different_predicted += differs ? 1 : 0;
            // Of like colours, the prediction must be nearer to what was seen.
            if (differs && is_right && distance(*colour, saw) < distance(wrote, saw)) {
                ++explained;
                if (colours.size() < few_colours) {
                    colours.insert(colour_group(saw, hypothesis.tolerance));
                }
            }
        }
    }
    const bool may_be_plain = hypothesis.cause == Cause::other_memory ||
                              hypothesis.cause == Cause::old_content ||
                              hypothesis.cause == Cause::size;
    if (colours.size() < few_colours && !may_be_plain) {
        return std::nullopt;
    }
    const Judgement judgement{
        .right = std::min(share(explained, different_predicted), share(right, predicted)),
        .said = share(different_predicted, different)};
    if (judgement.right < convincing || share(predicted, all) < least_part) {
        return std::nullopt;
    }
    return judgement;
}

bool Shortlist::deserves(double rank) const {
    return entries_.size() < most_listed || rank > entries_.back().rank;
}

void Shortlist::insert(double rank, Hypothesis hypothesis) {
    entries_.insert(std::ranges::upper_bound(entries_, rank, std::greater{}, &Entry::rank),
                    {.rank = rank, .hypothesis = std::move(hypothesis)});
    if (entries_.size() > most_listed) {
        entries_.pop_back();
    }
}

void Shortlist::add_to(std::vector<Hypothesis>& found) const {
    for (const Entry& entry : entries_) {
        found.push_back(entry.hypothesis);
    }
}

} // namespace parallax::demo
