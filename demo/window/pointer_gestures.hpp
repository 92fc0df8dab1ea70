// SPDX-License-Identifier: MIT
#pragma once

#include "window/brush.hpp"
#include "window/pointer.hpp"
#include "window/scene.hpp"

#include <glm/vec2.hpp>

#include <cstdint>
#include <optional>

namespace parallax::demo {

struct HudLayout;

/// The meaning of one input of the pointer in the scene; absent parts have none.
struct Gesture {
    std::optional<glm::vec2> point; ///< pixel of the picture under the pointer
    std::optional<Stroke> stroke;   ///< of the brush
    std::optional<glm::vec2> orbit; ///< degrees to the right and up
    std::optional<float> zoom;      ///< factor

    bool operator==(const Gesture&) const = default;
};

/// Gives each input of the pointer its meaning, by what lies under it and by what was pressed
/// before. A drag that begins on the CPU view draws, one that begins in the heads-up panel belongs
/// to that, any other turns the scene.
class PointerGestures {
public:
    /// Inputs come in their order, each with the scene as the ones before have left it.
    [[nodiscard]] Gesture take(const PointerInput& input, const Scene& scene,
                               const HudLayout& layout);

    /// True during a drag that began in the heads-up panel.
    [[nodiscard]] bool holds_hud() const noexcept { return drag_ == Drag::hud; }

private:
    enum class Drag : std::uint8_t { none, stroke, orbit, hud };

    Drag drag_ = Drag::none;
    PointerInput::Button button_ = PointerInput::Button::left; // that began the drag
    glm::vec2 place_{};                                        // of the input before
    glm::vec2 pen_{};                                          // the end of the stroke so far
};

} // namespace parallax::demo
