// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/picture.hpp"
#include "parallax/pixel_format.hpp"
#include "parallax/vulkan/import_plan.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace parallax::demo {

/// "WIDTHxHEIGHT" as given to @p option.
/// @throws CLI::ValidationError for anything else.
[[nodiscard]] Extent parse_extent(const char* option, const std::string& text);

/// Which picture to share, and how it lies in memory.
struct PictureOptions {
    std::string image;
    std::optional<Extent> size;
    const PixelFormat* format = &pixel_formats().front();
    std::optional<Rung> rung;

    void add_to(CLI::App& command);

    /// Without --rung: for a subcommand that leaves the import to others.
    void add_picture_to(CLI::App& command);

    /// The picture asked for, scaled if a size was given; the project's own by default.
    /// @throws UsageError when the file cannot be read or is no picture.
    [[nodiscard]] Picture load() const;
};

} // namespace parallax::demo
