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
    std::optional<std::uint32_t> fourcc;
    std::optional<std::uint64_t> stride;
    std::optional<std::uint64_t> offset;
    std::optional<YcbcrColour> colour;
    std::optional<std::uint16_t> frame;
    bool translucent = false;

    /// @param of_frame what --frame is.
    void add_to(CLI::App& command, const std::string& of_frame);

    /// The pattern, 640x400 by default, with a stride that every known driver takes.
    /// @throws UsageError when it is too small, the stride is too short, it is too large for the
    ///         memory of a common machine, or an option does not fit the format.
    [[nodiscard]] Pattern resolve() const { return resolve(std::nullopt); }

    /// The same, with what was not given taken from @p stated.
    [[nodiscard]] Pattern resolve(const std::optional<ImageLayout>& stated) const;
};

/// {"frame", "width", "height", "format", "stride", "offset", "colour", "translucent"}
[[nodiscard]] nlohmann::ordered_json json_of(const Pattern& pattern);

} // namespace parallax::demo
