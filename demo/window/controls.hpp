// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace parallax::demo {

/// What one key, or one button, does.
enum class Action : std::uint8_t {
    toggle_life,
    toggle_animation,
    clear,
    reload,
    next_colour,
    larger_brush,
    smaller_brush,
    straight_on,
    toggle_full_screen,
    toggle_hud,
    toggle_help,
    keep_all_rules,
    break_sync,
    break_foreign,
    break_stride,
    break_decoy,
    break_read_only,
    quit,
};

/// One row of the table of keys: keyboard, scripts ("press space") and the help all read it.
struct Control {
    Action action;
    int key;               ///< GLFW_KEY_...
    std::string_view name; ///< as it is written on the key, and in scripts
    std::string_view help; ///< for people
};

[[nodiscard]] std::span<const Control> controls() noexcept;

/// Null for a key without a meaning.
[[nodiscard]] const Control* find_control(int key) noexcept;
[[nodiscard]] const Control* find_control(std::string_view name) noexcept;

/// The key that does it; every action has one.
[[nodiscard]] const Control& control_of(Action action) noexcept;

} // namespace parallax::demo
