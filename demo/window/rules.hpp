// SPDX-License-Identifier: MIT
#pragma once

#include "viewers/mistake.hpp"
#include "window/controls.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace parallax::demo {

/// A mistake that the window can make by a key.
struct Rule {
    Action action; ///< that makes it
    const Mistake* mistake;
};

inline constexpr std::size_t rule_count = 5;

[[nodiscard]] std::span<const Rule, rule_count> rules() noexcept;

/// The place in rules() of the one that an action breaks; nothing for other actions.
[[nodiscard]] std::optional<std::size_t> find_rule(Action action) noexcept;
/// By the name or the title of the mistake.
[[nodiscard]] std::optional<std::size_t> find_rule(std::string_view name) noexcept;

} // namespace parallax::demo
