// SPDX-License-Identifier: MIT
#include "options/pattern_options.hpp"

#include "options/picture_options.hpp"
#include "report/exit_status.hpp"

#include <nlohmann/json.hpp>

#include <format>
#include <string>

namespace parallax::demo {
namespace {

constexpr Extent default_size{.width = 640, .height = 400};
constexpr std::uint64_t largest_memory = std::uint64_t{1} << 31U; ///< that judge takes

} // namespace

void PatternOptions::add_to(CLI::App& command, const std::string& of_frame) {
    command.add_option_function<std::string>(
        "--size", [this](const std::string& text) { size = parse_extent("--size", text); },
        std::format("WIDTHxHEIGHT of the pattern; {}x{} by default", default_size.width,
                    default_size.height));
    command.add_option_function<std::string>(
        "--format", [this](const std::string& text) { fourcc = parse_rgb_format(text); },
        std::format("DRM format in the memory: {}; the first by default", rgb_format_names()));
    command.add_option("--stride", stride,
                       "Bytes from one row to the next; the row, rounded up to 256, by default");
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
    Pattern pattern{.layout = portable_layout(extent, format),
                    .frame = frame.value_or(0),
                    .translucent = translucent};
    ImageLayout& layout = pattern.layout;
    if (stated) {
        layout.planes = stated->planes;
    }
    layout.planes[0].offset = offset.value_or(layout.planes[0].offset);
    layout.planes[0].stride = stride.value_or(layout.planes[0].stride);
    if (translucent && !layout.format().has_alpha) {
        throw UsageError(std::format("--translucent: {} has no alpha", layout.format().name));
    }
    if (layout.extent.width < smallest_pattern.width ||
        layout.extent.height < smallest_pattern.height) {
        throw UsageError(std::format("--size: a pattern has at least {}x{} pixels",
                                     smallest_pattern.width, smallest_pattern.height));
    }
    if (layout.planes[0].stride < layout.row_bytes()) {
        throw UsageError(std::format("--stride: a row takes {} bytes, and {} are too few",
                                     layout.row_bytes(), layout.planes[0].stride));
    }
    if (layout.size() > largest_memory) {
        throw UsageError(std::format("--stride, --offset: the pattern takes {} bytes, and {} are "
                                     "the limit",
                                     layout.size(), largest_memory));
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
            {"translucent", pattern.translucent}};
}

} // namespace parallax::demo
