// SPDX-License-Identifier: MIT
#pragma once

#include "pattern/pattern.hpp"

#include "parallax/image/layout.hpp"
#include "parallax/image/pixels.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace parallax::demo {

/// A test pattern, and where it is in memory.
struct PatternOptions {
    std::optional<Extent> size;
    std::uint32_t fourcc = rgb_fourccs().front();
    std::optional<std::uint64_t> stride;
    std::uint64_t offset = 0;
    std::optional<std::uint16_t> frame;

    /// @param of_frame what --frame is.
    void add_to(CLI::App& command, const std::string& of_frame);

    /// The pattern, 640x400 by default, with a stride that every known driver takes.
    /// @throws UsageError when it is too small, the stride is too short, or it is too large for the
    ///         memory of a common machine.
    [[nodiscard]] Pattern resolve() const;
};

/// {"frame", "width", "height", "format", "stride", "offset"}
[[nodiscard]] nlohmann::ordered_json json_of(const Pattern& pattern);

} // namespace parallax::demo
