// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/vulkan/import/plan.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace parallax::demo {

/// "WIDTHxHEIGHT" as given to @p option.
/// @throws CLI::ValidationError for anything else.
[[nodiscard]] Extent parse_extent(const char* option, const std::string& text);

/// The fourcc of a format's name as given to --format: one of rgb_fourccs().
/// @throws CLI::ValidationError for anything else.
[[nodiscard]] std::uint32_t parse_rgb_format(const std::string& name);

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

    YcbcrColour colour;
    PlanePlacement placement = PlanePlacement::one_buffer;

    void add_to(CLI::App& command, FormatChoice formats);

    /// Without --import: for a subcommand that leaves the import to others.
    void add_picture_to(CLI::App& command, FormatChoice formats);

    /// The layout for an importer that is not known yet.
    /// @throws UsageError when a picture of that size cannot have the format.
    [[nodiscard]] ImageLayout layout(Extent extent) const;

    /// The picture, scaled if a size was given; the project's own by default.
    /// @throws UsageError when the file cannot be read or is not a picture.
    [[nodiscard]] Picture load() const;
};

} // namespace parallax::demo
