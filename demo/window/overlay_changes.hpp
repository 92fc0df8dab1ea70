// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/damage.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

struct ImDrawData;

namespace parallax::demo {

/// Finds the parts of the window in which two drawings of Dear ImGui differ, by their triangles.
/// Keeps the triangles of the last one; takes memory from the heap only when there are more than
/// ever before.
class OverlayChanges {
public:
    /// The next drawing. @return where it differs from the one before, in pixels.
    [[nodiscard]] Damage take(const ImDrawData& data);

private:
    /// ImDrawVert.
    struct Vertex {
        float x;
        float y;
        std::array<float, 2> glyph;
        std::uint32_t colour;
    };
    using Triangle = std::array<Vertex, 3>;

    /// All triangles of a drawing; list by list, of which each has the end.
    struct Drawing {
        std::vector<Triangle> triangles;
        std::vector<std::size_t> ends;

        [[nodiscard]] std::span<const Triangle> list(std::size_t number) const;
    };

    static void read(const ImDrawData& data, Drawing& drawing);

    Drawing last_;
    Drawing next_;
};

} // namespace parallax::demo
