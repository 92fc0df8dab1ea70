// SPDX-License-Identifier: MIT
#pragma once

#include "diagnosis/diagnosis.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace parallax::demo {

/// A pixel's place in a picture.
struct Place {
    std::uint32_t x = 0; ///< column
    std::uint32_t y = 0; ///< row
};

/// The colour that a mistake makes a reader see; none where the mistake reads what nobody wrote.
using Prediction = std::function<std::optional<Rgba8>(Place)>;

/// A mistake that may have been made.
struct Hypothesis {
    Cause cause = Cause::unknown;
    std::string sentence;
    Prediction predict;
    int tolerance = 0; ///< of a channel, for conversions that round
    /// How well it explains what was seen, if the finder has judged that without a prediction.
    std::optional<double> explained = {};
};

/// How well a hypothesis explains what was seen.
struct Judgement {
    double right = 0; ///< the share of what it says that was seen so, 0 to 1
    double said = 0;  ///< the share of the pixels that differ of which it says something, 0 to 1

    /// To be right is more than to say much; of two that are right, the one that says more.
    [[nodiscard]] double rank() const noexcept { return right * (0.99 + 0.01 * said); }
};

/// What was written, what was seen, and how well a hypothesis explains it. Borrows the pictures.
class Evidence {
public:
    /// Of a format that pack() can write.
    /// @throws as diagnose().
    Evidence(const Picture& written, const ImageLayout& layout, const Picture& seen,
             const Picture* before);
    /// Of any format, from the memory that is read as @p written.
    /// @throws std::invalid_argument when an extent is not the layout's.
    Evidence(const Picture& written, const ImageLayout& layout, std::vector<std::byte> memory,
             const Picture& seen, const Picture* before);

    [[nodiscard]] const Picture& written() const noexcept { return written_; }
    [[nodiscard]] const Picture& seen() const noexcept { return seen_; }
    [[nodiscard]] const Picture* before() const noexcept { return before_; }
    [[nodiscard]] const ImageLayout& layout() const noexcept { return layout_; }
    [[nodiscard]] std::uint64_t stride() const noexcept { return layout_.planes[0].stride; }
    [[nodiscard]] std::uint64_t offset() const noexcept { return layout_.planes[0].offset; }
    /// Bytes of a pixel.
    [[nodiscard]] std::uint32_t bytes() const { return layout_.format().bytes(); }
    /// The memory as it was written, at least up to the end of the last row.
    [[nodiscard]] std::span<const std::byte> memory() const noexcept { return memory_; }
    /// True if memory that is zero looks so.
    [[nodiscard]] bool is_zero(const Rgba8& colour) const;

    /// True if the bytes are pixels: not before the offset, not padding, not beyond the end.
    [[nodiscard]] bool was_written(std::int64_t address, std::uint32_t length) const;
    /// The pixel that the layout's format has in bytes.
    [[nodiscard]] Rgba8 pixel_of(std::span<const std::byte> bytes) const;
    /// The pixel that the layout's format has at an address; none where nobody wrote.
    [[nodiscard]] std::optional<Rgba8> at(std::int64_t address) const;

    [[nodiscard]] bool differs() const noexcept { return different_ > 0; }
    [[nodiscard]] std::uint64_t different() const noexcept { return different_; }

    /// First a few of the pixels that differ, not too many of one colour, then a few of all, from
    /// everywhere in the picture; and how well a prediction explains these, none as soon as it is
    /// clear that it explains too few.
    [[nodiscard]] std::span<const Place> samples(std::size_t most = std::dynamic_extent) const {
        return std::span(samples_).first(std::min(most, samples_.size()));
    }
    [[nodiscard]] std::optional<Judgement> of_samples(const Prediction& predict,
                                                      int tolerance = 0) const;
    /// Colours that were seen in the samples.
    [[nodiscard]] std::size_t colours() const noexcept { return colours_; }

    /// How well a hypothesis explains all pixels; none if it is not convincing: if it predicts few
    /// pixels or few colours, or too many of them wrong. Of large pictures, not every row is looked
    /// at.
    [[nodiscard]] std::optional<Judgement> of_all(const Hypothesis& hypothesis) const;

private:
    const Picture& written_;
    const Picture& seen_;
    const Picture* before_;
    ImageLayout layout_;
    std::uint32_t bytes_;
    std::uint64_t row_bytes_;
    std::vector<std::byte> memory_;
    std::uint64_t different_ = 0;
    std::vector<Place> samples_;
    std::size_t colours_ = 0;
};

/// The most promising of many hypotheses of one cause, by the samples.
class Shortlist {
public:
    Shortlist(const Evidence& evidence, Cause cause) : evidence_(evidence), cause_(cause) {}

    /// @param sentence makes the hypothesis' sentence, if it comes on the list.
    template <typename Sentence>
    void offer(Prediction predict, int tolerance, Sentence sentence) {
        const auto judgement = evidence_.of_samples(predict, tolerance);
        if (judgement && deserves(judgement->rank())) {
            insert(judgement->rank(), {.cause = cause_,
                                       .sentence = sentence(),
                                       .predict = std::move(predict),
                                       .tolerance = tolerance});
        }
    }

    void add_to(std::vector<Hypothesis>& found) const;

private:
    struct Entry {
        double rank;
        Hypothesis hypothesis;
    };

    [[nodiscard]] bool deserves(double rank) const;
    void insert(double rank, Hypothesis hypothesis);

    const Evidence& evidence_;
    Cause cause_;
    std::vector<Entry> entries_; ///< the best first
};

/// True if no channel differs by more than @p tolerance.
[[nodiscard]] bool alike(const Rgba8& a, const Rgba8& b, int tolerance);

/// Reads the layout's format at offset + stride * y + bytes * x.
[[nodiscard]] Prediction read_at(const Evidence& evidence, std::int64_t offset,
                                 std::uint64_t stride);

/// Bytes of the largest pixel.
inline constexpr std::size_t most_bytes = 8;

/// Fewer colours than this agree with many mistakes.
inline constexpr std::size_t few_colours = 8;

/// Collects the hypotheses of one kind that deserve a look at all pixels.
using Finder = void (*)(const Evidence& evidence, std::vector<Hypothesis>& found);

void find_content(const Evidence& evidence,
                  std::vector<Hypothesis>& found); ///< old, other, cut off
void find_geometry(const Evidence& evidence, std::vector<Hypothesis>& found); ///< mirrored, scaled
void find_moved(const Evidence& evidence, std::vector<Hypothesis>& found);    ///< cut at an edge
void find_format(const Evidence& evidence,
                 std::vector<Hypothesis>& found); ///< channels, their bits
void find_colour(const Evidence& evidence,
                 std::vector<Hypothesis>& found); ///< range, matrix, alpha
void find_stride(const Evidence& evidence, std::vector<Hypothesis>& found);
void find_offset(const Evidence& evidence, std::vector<Hypothesis>& found);
void find_planes(const Evidence& evidence, std::vector<Hypothesis>& found); ///< of YCbCr formats
void find_tiling(const Evidence& evidence, std::vector<Hypothesis>& found); ///< modifiers

} // namespace parallax::demo
