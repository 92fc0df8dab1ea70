// SPDX-License-Identifier: MIT
#include "window/rules.hpp"

#include <algorithm>
#include <array>

namespace parallax::demo {
namespace {

template <class Predicate>
std::optional<std::size_t> place_of(Predicate is_it) {
    const auto found = std::ranges::find_if(rules(), is_it);
    return found == rules().end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - rules().begin()));
}

} // namespace

std::span<const Rule, rule_count> rules() noexcept {
    static const std::array<Rule, rule_count> table{{
        {.action = Action::break_sync, .mistake = find_mistake("no-sync")},
        {.action = Action::break_foreign, .mistake = find_mistake("no-ownership")},
        {.action = Action::break_stride, .mistake = find_mistake("stride")},
        {.action = Action::break_decoy, .mistake = find_mistake("decoy")},
        {.action = Action::break_read_only, .mistake = find_mistake("read-only")},
    }};
    return table;
}

std::optional<std::size_t> find_rule(Action action) noexcept {
    return place_of([action](const Rule& rule) { return rule.action == action; });
}

std::optional<std::size_t> find_rule(std::string_view name) noexcept {
    const Mistake* const mistake = find_mistake(name);
    return place_of([mistake](const Rule& rule) { return rule.mistake == mistake; });
}

} // namespace parallax::demo
