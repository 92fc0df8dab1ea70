// SPDX-License-Identifier: MIT
#include "window/controls.hpp"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace parallax::demo {
namespace {

constexpr std::array table{
    Control{Action::toggle_life, GLFW_KEY_SPACE, "space",
            "the GPU writes: Conway's life on and off"},
    Control{Action::toggle_animation, GLFW_KEY_T, "T", "the CPU writes: moving test pattern"},
    Control{Action::clear, GLFW_KEY_C, "C", "clear the picture to black"},
    Control{Action::reload, GLFW_KEY_R, "R", "bring the picture back"},
    Control{Action::next_colour, GLFW_KEY_B, "B", "the brush's next colour"},
    Control{Action::smaller_brush, GLFW_KEY_LEFT_BRACKET, "[", "a smaller brush"},
    Control{Action::larger_brush, GLFW_KEY_RIGHT_BRACKET, "]", "a larger brush"},
    Control{Action::straight_on, GLFW_KEY_HOME, "Home", "look straight on again"},
    Control{Action::toggle_full_screen, GLFW_KEY_F, "F", "full screen and back"},
    Control{Action::toggle_hud, GLFW_KEY_TAB, "Tab", "show and hide the lower part"},
    Control{Action::toggle_help, GLFW_KEY_H, "H", "show and hide this help"},
    Control{Action::keep_all_rules, GLFW_KEY_0, "0", "keep all rules again"},
    Control{Action::break_sync, GLFW_KEY_1, "1", "break: no SYNC"},
    Control{Action::break_foreign, GLFW_KEY_2, "2", "break: no FOREIGN barrier"},
    Control{Action::break_stride, GLFW_KEY_3, "3", "break: wrong stride"},
    Control{Action::break_decoy, GLFW_KEY_4, "4", "break: decoy memory"},
    Control{Action::break_read_only, GLFW_KEY_5, "5", "break: read-only fd"},
    Control{Action::quit, GLFW_KEY_ESCAPE, "Esc", "close the window"},
};

bool equal_ignoring_case(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, [](unsigned char a, unsigned char b) {
        return std::tolower(a) == std::tolower(b);
    });
}

template <typename Condition>
const Control* find(Condition condition) noexcept {
    const auto* const found = std::ranges::find_if(table, condition);
    return found == table.end() ? nullptr : found;
}

} // namespace

std::span<const Control> controls() noexcept {
    return table;
}

const Control* find_control(int key) noexcept {
    return find([key](const Control& row) { return row.key == key; });
}

const Control* find_control(std::string_view name) noexcept {
    return find([name](const Control& row) { return equal_ignoring_case(row.name, name); });
}

const Control& control_of(Action action) noexcept {
    return *std::ranges::find(table, action, &Control::action);
}

} // namespace parallax::demo
