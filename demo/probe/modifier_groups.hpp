// SPDX-License-Identifier: MIT
#pragma once

#include "probe/machine_report.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace parallax::demo {

/// The formats for which the driver gives the same answer.
struct ModifierRow {
    ModifierAnswer answer; ///< only with those features that are shown
    std::vector<std::string_view> formats;
};

/// All answers on one modifier.
struct ModifierGroup {
    std::uint64_t modifier = 0;
    std::vector<ModifierRow> rows;
};

/// The answers on all formats by modifier: LINEAR first, then in the order of the driver.
[[nodiscard]] std::vector<ModifierGroup> modifier_groups(std::span<const ModifierReport> formats);

} // namespace parallax::demo
