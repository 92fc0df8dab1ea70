// SPDX-License-Identifier: MIT
#include "window/rules.hpp"

#include <algorithm>
#include <array>

namespace parallax::demo {
namespace {

constexpr std::array table{
    Rule{.action = Action::break_sync,
         .name = "no SYNC",
         .expected = "Where CPU and device do not share caches, each sees old bytes of the other; "
                     "where they do, nothing shows.",
         .without_sync = true,
         .spoil = nullptr},
    Rule{.action = Action::break_foreign,
         .name = "no FOREIGN barrier",
         .expected = "The GPU may sample from its caches what the CPU has long overwritten; "
                     "many drivers forgive it.",
         .without_sync = false,
         .spoil = [](SharedImage::Options& options) { options.no_ownership_transfer = true; }},
    Rule{.action = Action::break_stride,
         .name = "wrong stride",
         .expected = "The driver refuses, or takes it in silence and each row slips further.",
         .without_sync = false,
         .spoil = [](SharedImage::Options& options) { options.wrong_stride = true; }},
    Rule{.action = Action::break_decoy,
         .name = "decoy memory",
         .expected = "The GPU looks at another buffer: everything that was drawn differs.",
         .without_sync = false,
         .spoil = [](SharedImage::Options& options) { options.decoy = true; }},
    Rule{.action = Action::break_read_only,
         .name = "read-only fd",
         .expected = "A driver that maps the memory for writing refuses the import.",
         .without_sync = false,
         .spoil = [](SharedImage::Options& options) { options.read_only_fd = true; }},
};

} // namespace

std::span<const Rule> rules() noexcept {
    return table;
}

std::optional<std::size_t> find_rule(Action action) noexcept {
    const auto* const found = std::ranges::find(table, action, &Rule::action);
    return found == table.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - table.begin()));
}

std::optional<std::size_t> find_rule(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(table, name, &Rule::name);
    return found == table.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - table.begin()));
}

} // namespace parallax::demo
