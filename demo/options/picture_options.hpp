// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/vulkan/import/plan.hpp"

#include <CLI/CLI.hpp>

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace parallax::demo {

/// "WIDTHxHEIGHT" as given to @p option.
/// @throws CLI::ValidationError for anything else.
[[nodiscard]] Extent parse_extent(const char* option, const std::string& text);

/// The fourcc of a format's name as given to --format: one of rgb_fourccs().
/// @throws CLI::ValidationError for anything else.
[[nodiscard]] std::uint32_t parse_rgb_format(const std::string& name);

/// A YcbcrColour as given to --colour.
/// @throws CLI::ValidationError for anything else.
[[nodiscard]] YcbcrColour parse_colour_option(const std::string& text);

/// The help of --colour.
inline constexpr const char* colour_help =
    "Meaning of luma and chroma: 601, 709 or 2020, limited or full, and left, center or topleft as "
    "the place of chroma; 601-limited-left by default";

/// Adds --planes.
CLI::Option* add_planes_option(CLI::App& command, std::optional<PlanePlacement>& placement);
/// @throws CLI::ValidationError when --planes was given for a format of one plane.
void refuse_planes_of(const Format& format, std::optional<PlanePlacement> placement);

/// The formats that a subcommand takes.
enum class FormatChoice {
    rgb, ///< those with red, green and blue
    all, ///< every one of the table
};

/// The picture to share, and its format and size in memory.
struct PictureOptions {
    std::string image;
    std::optional<Extent> size;
    std::uint32_t fourcc = rgb_fourccs().front();
    std::optional<ImportMethod> method;
    std::optional<YcbcrColour> colour;
    std::optional<PlanePlacement> placement;

    void add_to(CLI::App& command, FormatChoice formats);

    /// Without --import: for a subcommand that leaves the import to others.
    void add_picture_to(CLI::App& command, FormatChoice formats);

    /// The layout for an importer that is not known yet.
    /// @throws UsageError when a picture of that size cannot have the format.
    [[nodiscard]] ImageLayout layout(Extent extent) const;

    /// Memory for a picture that the CPU draws: of red, green and blue in the layout that the
    /// exporter chooses, if it does, else in layout().
    /// @param name of the dma-bufs.
    /// @return it, or why there is none.
    /// @throws UsageError as layout(), std::system_error when the exporter refuses.
    [[nodiscard]] std::expected<DrawnBuffer, Reasons> allocate(Exporter& exporter, Extent extent,
                                                               std::string_view name) const;

    /// The picture, scaled if a size was given; the project's own by default.
    /// @throws UsageError when the file cannot be read or is not a picture.
    [[nodiscard]] Picture load() const;

private:
    /// @throws CLI::ValidationError for an option that the format has no use for.
    void refuse_unfit() const;
};

} // namespace parallax::demo
