// SPDX-License-Identifier: MIT
#include "options/pattern_options.hpp"

#include "options/picture_options.hpp"
#include "process/exit_status.hpp"

#include "parallax/text.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string>

namespace parallax::demo {
namespace {

constexpr Extent default_size{.width = 640, .height = 400};
constexpr std::uint64_t largest_memory = std::uint64_t{1} << 31U; ///< that judge takes

std::uint32_t parse_pattern_format(const std::string& name) {
    const Format* const format = find_format(name);
    if (format != nullptr && can_be_pattern(*format)) {
        return format->fourcc;
    }
    throw CLI::ValidationError("--format", text::format("'{}' is not known; choose one of {}", name,
                                                        format_names(can_be_pattern)));
}

/// Keeps the planes where they were stated to be, but for the first one's stride and offset if
/// these were given; the other strides follow the first.
/// @throws UsageError where they lie in several dma-bufs, and the format has not as many planes.
void place_as_stated(ImageLayout& layout, const ImageLayout& stated,
                     const PatternOptions& options) {
    if (stated.fourcc == layout.fourcc && !options.stride && !options.offset) {
        layout.planes = stated.planes;
        return;
    }
    if (stated.in_one_buffer()) {
        return;
    }
    const std::uint32_t planes = layout.format().plane_count;
    if (planes != stated.format().plane_count) {
        throw UsageError(text::format(
            "--format: what is shared lies in {} dma-bufs, and {} has {} plane{}",
            stated.buffer_count(), layout.format().name, planes, planes == 1 ? "" : "s"));
    }
    for (std::size_t i = 1; i < planes; ++i) {
        layout.planes.at(i).buffer = stated.planes.at(i).buffer;
        layout.planes.at(i).offset = stated.planes.at(i).offset;
    }
}

} // namespace

void PatternOptions::add_to(CLI::App& command, const std::string& of_frame) {
    command.add_option_function<std::string>(
        "--size", [this](const std::string& text) { size = parse_extent("--size", text); },
        text::format("WIDTHxHEIGHT of the pattern; {}x{} by default", default_size.width,
                     default_size.height));
    command.add_option_function<std::string>(
        "--format", [this](const std::string& text) { fourcc = parse_pattern_format(text); },
        text::format("DRM format in the memory: {}; the first by default",
                     format_names(can_be_pattern)));
    command.add_option_function<std::string>(
        "--colour", [this](const std::string& text) { colour = parse_colour_option(text); },
        colour_help);
    command.add_option("--stride", stride,
                       "Bytes from one row of the first plane to the next; the row, rounded up to "
                       "256, by default. The other planes follow, with as many texels in a stride");
    command.add_option("--offset", offset,
                       "Bytes from the start of the memory to the first row; 0 by default");
    command.add_option("--frame", frame, of_frame);
    command.add_flag(
        "--translucent", translucent,
        "For a format with alpha: alpha falls from left to right, except in the codes");
}

Pattern PatternOptions::resolve(const std::optional<ImageLayout>& stated) const {
    const Extent extent = size.value_or(stated ? stated->extent : default_size);
    const std::uint32_t format = fourcc.value_or(stated ? stated->fourcc : rgb_fourccs().front());
    const YcbcrColour meaning = colour.value_or(stated ? stated->colour() : YcbcrColour{});
    Pattern pattern{
        .layout = pattern_layout(extent, format,
                                 stride.value_or(stated ? stated->planes[0].stride
                                                        : pattern_stride(extent.width, format)),
                                 offset.value_or(stated ? stated->planes[0].offset : 0), meaning),
        .frame = frame.value_or(0),
        .translucent = translucent};
    ImageLayout& layout = pattern.layout;
    if (stated) {
        place_as_stated(layout, *stated, *this);
    }
    if (translucent && !layout.format().has_alpha) {
        throw UsageError(text::format("--translucent: {} has no alpha", layout.format().name));
    }
    if (colour && !layout.format().is_ycbcr) {
        throw UsageError(text::format("--colour: {} has no luma and chroma", layout.format().name));
    }
    if (layout.extent.width < smallest_pattern.width ||
        layout.extent.height < smallest_pattern.height) {
        if (!size && stated) {
            throw UsageError(text::format("the picture that is shared has {}x{} pixels, and a "
                                          "pattern has at least {}x{}",
                                          extent.width, extent.height, smallest_pattern.width,
                                          smallest_pattern.height));
        }
        throw UsageError(text::format("--size: a pattern has at least {}x{} pixels",
                                      smallest_pattern.width, smallest_pattern.height));
    }
    if (layout.planes[0].stride < layout.row_bytes()) {
        if (!stride && stated) {
            throw UsageError(text::format("--format, --size: a row takes {} bytes, and what is "
                                          "shared has {} from one row to the next; state --stride",
                                          layout.row_bytes(), layout.planes[0].stride));
        }
        throw UsageError(text::format("--stride: a row takes {} bytes, and {} are too few",
                                      layout.row_bytes(), layout.planes[0].stride));
    }
    if (layout.size() > largest_memory) {
        throw UsageError(text::format("--stride, --offset: the pattern takes {} bytes, and {} are "
                                      "the limit",
                                      layout.size(), largest_memory));
    }
    constexpr std::array<std::uint64_t, 4> large{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    if (const std::string fault = fault_of(layout, large); !fault.empty()) {
        throw UsageError(fault + "; choose another --size or --stride");
    }
    return pattern;
}

nlohmann::ordered_json json_of(const Pattern& pattern) {
    return {{"frame", pattern.frame},
            {"width", pattern.layout.extent.width},
            {"height", pattern.layout.extent.height},
            {"format", pattern.layout.format().name},
            {"stride", pattern.layout.planes[0].stride},
            {"offset", pattern.layout.planes[0].offset},
            {"colour", pattern.layout.format().is_ycbcr
                           ? nlohmann::ordered_json(colour_text(pattern.layout.colour()))
                           : nlohmann::ordered_json()},
            {"translucent", pattern.translucent}};
}

} // namespace parallax::demo
