// SPDX-License-Identifier: MIT
#include "window/eye_kind.hpp"

#include <array>

namespace parallax::demo {
namespace {

constexpr std::array kinds{
    EyeKind{.name = "process",
            .title = "Another process",
            .panel = Shows::process_view,
            .sees_alpha = true,
            .make = make_process_looker},
    EyeKind{.name = "display",
            .title = "Display",
            .panel = Shows::display_view,
            .sees_alpha = false, // a screen has none
            .make = make_display_looker},
};

} // namespace

std::span<const EyeKind> eye_kinds() noexcept {
    return kinds;
}

} // namespace parallax::demo
