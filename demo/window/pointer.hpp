// SPDX-License-Identifier: MIT
#pragma once

#include <glm/vec2.hpp>

#include <cstdint>

namespace parallax::demo {

/// One thing that a pointer did, at the place where it did so. A value.
struct PointerInput {
    enum class Kind : std::uint8_t { move, press, release, scroll, leave };
    enum class Button : std::uint8_t { left, right, middle };

    Kind kind = Kind::move;
    Button button = Button::left; ///< of press and release
    glm::vec2 place{};            ///< in the window, in its units, from the top left corner
    float steps = 0;              ///< of the wheel, away from the user

    bool operator==(const PointerInput&) const = default;
};

} // namespace parallax::demo
