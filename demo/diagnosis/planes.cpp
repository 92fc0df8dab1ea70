// SPDX-License-Identifier: MIT
// Pictures in luma and chroma: their samples taken from other places, exchanged, or converted to
// colours in another way.
#include "diagnosis/evidence.hpp"

#include "parallax/image/ycbcr.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace parallax::demo {
namespace {

constexpr std::int64_t nearby = 4096;            ///< bytes; farther away, rows and pages are tried
constexpr std::uint64_t most_places = 1U << 16U; ///< rows, pages and strides that are tried

/// The places of the samples of luma, Cb or Cr.
struct Component {
    std::int64_t offset = 0;              ///< of the first, bytes
    std::uint64_t stride = 0;             ///< bytes from one row of samples to the next
    std::uint32_t step = 1;               ///< bytes from one sample to the next
    std::uint32_t width = 1;              ///< pixels in a row that share a sample
    std::uint32_t height = 1;             ///< rows that share their samples
    std::optional<std::uint8_t> all = {}; ///< the value of all samples, if none is read
};

/// A way to read the memory, which a mistake changes.
struct Samples {
    Component y = {};
    Component cb = {};
    Component cr = {};
    YcbcrMatrix matrix = {};
};

Samples samples_of(const ImageLayout& layout) {
    const auto offset = static_cast<std::int64_t>(layout.planes[0].offset);
    const std::uint64_t stride = layout.planes[0].stride;
    Samples samples{.matrix = ycbcr_matrix(layout.encoding, layout.range)};
    if (layout.fourcc == DRM_FORMAT_YUYV) {
        samples.y = {.offset = offset, .stride = stride, .step = 2};
        samples.cb = {.offset = offset + 1, .stride = stride, .step = 4, .width = 2};
        samples.cr = {.offset = offset + 3, .stride = stride, .step = 4, .width = 2};
        return samples;
    }
    samples.y = {.offset = offset, .stride = stride};
    samples.cb = {.offset = static_cast<std::int64_t>(layout.planes[1].offset),
                  .stride = layout.planes[1].stride,
                  .step = 2,
                  .width = 2,
                  .height = 2};
    samples.cr = samples.cb;
    ++samples.cr.offset;
    return samples;
}

std::optional<std::uint8_t> sample_at(std::span<const std::byte> memory, const Component& component,
                                      Place at) {
    if (component.all) {
        return component.all;
    }
    const std::int64_t address =
        component.offset + static_cast<std::int64_t>(component.stride * (at.y / component.height)) +
        std::int64_t{component.step} * (at.x / component.width);
    if (address < 0 || address >= static_cast<std::int64_t>(memory.size())) {
        return std::nullopt;
    }
    return std::to_integer<std::uint8_t>(memory[static_cast<std::size_t>(address)]);
}

Prediction read_by(const Evidence& evidence, const Samples& samples) {
    return [&evidence, samples](Place at) -> std::optional<Rgba8> {
        const auto y = sample_at(evidence.memory(), samples.y, at);
        const auto cb = sample_at(evidence.memory(), samples.cb, at);
        const auto cr = sample_at(evidence.memory(), samples.cr, at);
        return y && cb && cr ? std::optional(to_rgb(samples.matrix, *y, *cb, *cr)) : std::nullopt;
    };
}

/// Collects the mistakes of a kind.
class Mistakes {
public:
    Mistakes(const Evidence& evidence, Cause cause)
        : evidence_(evidence),
          right_(samples_of(evidence.layout())),
          shortlist_(evidence, cause) {}

    /// @param change makes the mistake in samples that are right.
    /// @param sentence makes its sentence, if it is promising.
    template <typename Change, typename Sentence>
    void offer(Change change, Sentence sentence) {
        constexpr int tolerance = 1; // of a converter in hardware, which rounds
        Samples wrong = right_;
        change(wrong);
        shortlist_.offer(read_by(evidence_, wrong), tolerance, sentence);
    }

    [[nodiscard]] const Samples& right() const noexcept { return right_; }
    [[nodiscard]] bool is_nv12() const { return evidence_.layout().fourcc == DRM_FORMAT_NV12; }
    void add_to(std::vector<Hypothesis>& found) const { shortlist_.add_to(found); }

private:
    const Evidence& evidence_;
    Samples right_;
    Shortlist shortlist_;
};

void find_exchanged(const Evidence& evidence, std::vector<Hypothesis>& found) {
    Mistakes mistakes(evidence, Cause::planes);
    mistakes.offer([](Samples& samples) { std::swap(samples.cb, samples.cr); },
                   [&] {
                       return text::format("planes: Cb and Cr are exchanged: written as {}, and "
                                           "read as {}",
                                           evidence.layout().format().name,
                                           mistakes.is_nv12() ? "NV21" : "YVYU");
                   });
    for (const auto& [value, sentence] :
         {std::pair{std::uint8_t{128}, "planes: luma was read without chroma, so all is grey"},
          std::pair{std::uint8_t{0},
                    "planes: chroma was read as zero, so all is green: another place or buffer, or "
                    "never written"}}) {
        mistakes.offer([value](Samples& samples) { samples.cb.all = samples.cr.all = value; },
                       [sentence] { return std::string(sentence); });
    }
    mistakes.add_to(found);
}

void find_other_formats(const Evidence& evidence, std::vector<Hypothesis>& found) {
    Mistakes mistakes(evidence, Cause::format);
    const auto offer = [&](std::string_view name, auto change) {
        mistakes.offer(change, [&evidence, name] {
            return text::format("format: written as {}, and read as {}",
                                evidence.layout().format().name, name);
        });
    };
    if (!mistakes.is_nv12()) {
        // Seen is the same whichever side has which format.
        mistakes.offer(
            [](Samples& samples) {
                ++samples.y.offset;
                --samples.cb.offset;
                --samples.cr.offset;
            },
            [] {
                return "format: luma and chroma are exchanged: one side has YUYV, and the other "
                       "UYVY";
            });
        mistakes.add_to(found);
        return;
    }
    offer("NV16", [](Samples& samples) { samples.cb.height = samples.cr.height = 1; });
    const auto three_planes = [rows = evidence.layout().plane_extent(1).height](Component& first,
                                                                                Component& second) {
        first.step = second.step = 1;
        first.stride = second.stride = first.stride / 2;
        second.offset = first.offset + static_cast<std::int64_t>(first.stride * rows);
    };
    offer("YUV420", [&](Samples& samples) { three_planes(samples.cb, samples.cr); });
    offer("YVU420", [&](Samples& samples) {
        --samples.cr.offset;
        three_planes(samples.cr, samples.cb);
    });
    mistakes.add_to(found);
}

/// Offsets that a reader may have taken instead of a right one: all that are near, and those of
/// rows and pages.
std::vector<std::int64_t> likely_offsets(const Evidence& evidence, std::int64_t right,
                                         std::uint64_t stride) {
    std::vector<std::int64_t> offsets;
    for (std::int64_t by = -nearby; by <= nearby; ++by) {
        offsets.push_back(right + by);
    }
    const auto end = static_cast<std::int64_t>(evidence.memory().size());
    for (const std::uint64_t step : {std::max<std::uint64_t>(stride, 1), std::uint64_t{4096}}) {
        const auto from = step == stride ? right % static_cast<std::int64_t>(step) : 0;
        for (std::uint64_t i = 0; i < most_places; ++i) {
            offsets.push_back(from + static_cast<std::int64_t>(i * step));
            if (offsets.back() >= end) {
                break;
            }
        }
    }
    std::ranges::sort(offsets);
    const auto last = std::ranges::unique(offsets).begin();
    offsets.erase(last, offsets.end());
    std::erase_if(offsets, [&](std::int64_t offset) {
        return offset < 0 || offset >= end || offset == right;
    });
    return offsets;
}

std::string chroma_sentence(const Samples& right, std::int64_t offset) {
    constexpr std::int64_t few_samples = 16;
    std::string sentence =
        text::format("planes: chroma was written from byte {} on, and read from byte {}",
                     right.cb.offset, offset);
    const std::int64_t by = offset - right.cb.offset;
    if (offset == right.y.offset) {
        sentence += ", where luma is";
    } else if (by % right.cb.step == 0 && std::abs(by / right.cb.step) <= few_samples) {
        sentence += text::format(", so it is shifted by {} samples to the {}",
                                 std::abs(by / right.cb.step), by > 0 ? "left" : "right");
    }
    return sentence;
}

void find_plane_offset(const Evidence& evidence, std::vector<Hypothesis>& found) {
    Mistakes chroma(evidence, Cause::planes);
    const Samples right = chroma.right();
    if (chroma.is_nv12()) {
        for (const std::int64_t offset :
             likely_offsets(evidence, right.cb.offset, right.cb.stride)) {
            chroma.offer(
                [offset](Samples& samples) {
                    samples.cr.offset += offset - samples.cb.offset;
                    samples.cb.offset = offset;
                },
                [&, offset] { return chroma_sentence(right, offset); });
        }
    }
    chroma.add_to(found);
    Mistakes all(evidence, Cause::offset);
    for (const std::int64_t offset : likely_offsets(evidence, right.y.offset, right.y.stride)) {
        all.offer(
            [by = offset - right.y.offset](Samples& samples) {
                samples.y.offset += by;
                samples.cb.offset += by;
                samples.cr.offset += by;
            },
            [&, offset] {
                return text::format(
                    "offset: the picture was written from byte {} on, and read from byte {}",
                    right.y.offset, offset);
            });
    }
    all.add_to(found);
}

void find_plane_stride(const Evidence& evidence, std::vector<Hypothesis>& found) {
    Mistakes mistakes(evidence, Cause::stride);
    const Samples right = mistakes.right();
    const std::uint64_t most = std::min(4 * right.y.stride, most_places);
    const std::uint32_t rows = evidence.layout().extent.height;
    for (std::uint64_t stride = 1; stride <= most; ++stride) {
        const auto offer = [&](std::uint64_t written, std::string_view what, auto change) {
            if (stride != written) {
                mistakes.offer(change, [written, stride, what] {
                    return text::format("stride: the rows{} were written {} bytes apart, and read "
                                        "{} bytes apart",
                                        what, written, stride);
                });
            }
        };
        offer(right.y.stride, "", [stride](Samples& samples) {
            samples.y.stride = samples.cb.stride = samples.cr.stride = stride;
        });
        if (mistakes.is_nv12()) {
            offer(right.cb.stride, " of chroma",
                  [stride](Samples& samples) { samples.cb.stride = samples.cr.stride = stride; });
            // A reader that expects chroma right behind luma.
            offer(right.y.stride, "", [stride, rows](Samples& samples) {
                samples.y.stride = samples.cb.stride = samples.cr.stride = stride;
                samples.cb.offset = samples.y.offset + static_cast<std::int64_t>(stride * rows);
                samples.cr.offset = samples.cb.offset + 1;
            });
        }
    }
    mistakes.add_to(found);
}

void find_conversion(const Evidence& evidence, std::vector<Hypothesis>& found) {
    constexpr std::array encodings{std::pair{YcbcrEncoding::bt601, "BT.601"},
                                   std::pair{YcbcrEncoding::bt709, "BT.709"},
                                   std::pair{YcbcrEncoding::bt2020, "BT.2020"}};
    constexpr std::array ranges{std::pair{YcbcrRange::limited, "limited"},
                                std::pair{YcbcrRange::full, "full"}};
    const auto name = [](const auto& names, auto value) {
        return std::ranges::find(names, value, [](const auto& entry) { return entry.first; })
            ->second;
    };
    const ImageLayout& layout = evidence.layout();
    constexpr int tolerance = 1; // of a converter in hardware, which rounds
    Shortlist shortlist(evidence, Cause::colour);
    for (const auto& [encoding, encoding_name] : encodings) {
        for (const auto& [range, range_name] : ranges) {
            if (encoding == layout.encoding && range == layout.range) {
                continue;
            }
            const Picture read = read_ycbcr(
                layout.with({.encoding = encoding, .range = range, .siting = layout.siting}),
                evidence.memory());
            shortlist.offer([read](Place at) { return std::optional(read.at(at.x, at.y)); },
                            tolerance,
                            [&] {
                                return text::format(
                                    "colour: YCbCr by {} in {} range was read as {} in {} range",
                                    name(encodings, layout.encoding), name(ranges, layout.range),
                                    encoding_name, range_name);
                            });
        }
    }
    shortlist.add_to(found);
}

} // namespace

void find_planes(const Evidence& evidence, std::vector<Hypothesis>& found) {
    const std::uint32_t fourcc = evidence.layout().fourcc;
    if (fourcc == DRM_FORMAT_YUYV || fourcc == DRM_FORMAT_NV12) {
        for (const Finder find :
             {find_exchanged, find_other_formats, find_plane_offset, find_plane_stride}) {
            find(evidence, found);
        }
    }
    find_conversion(evidence, found);
}

} // namespace parallax::demo
