// SPDX-License-Identifier: MIT
#include "window/overlay_changes.hpp"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <ranges>
#include <utility>

namespace parallax::demo {

std::span<const OverlayChanges::Triangle> OverlayChanges::Drawing::list(std::size_t number) const {
    if (number >= ends.size()) {
        return {};
    }
    const std::size_t start = number == 0 ? 0 : ends[number - 1];
    return std::span(triangles).subspan(start, ends[number] - start);
}

void OverlayChanges::read(const ImDrawData& data, Drawing& drawing) {
    drawing.triangles.clear();
    drawing.ends.clear();
    for (const ImDrawList* list : data.CmdLists) {
        for (const ImDrawCmd& command : list->CmdBuffer) {
            const auto vertex = [&](unsigned index) -> Vertex {
                const ImDrawIdx place =
                    list->IdxBuffer[static_cast<int>(command.IdxOffset + index)];
                const ImDrawVert& there =
                    list->VtxBuffer[static_cast<int>(command.VtxOffset + place)];
                return {.x = there.pos.x,
                        .y = there.pos.y,
                        .glyph = {there.uv.x, there.uv.y},
                        .colour = there.col};
            };
            for (unsigned index = 0; index + 2 < command.ElemCount; index += 3) {
                drawing.triangles.push_back({vertex(index), vertex(index + 1), vertex(index + 2)});
            }
        }
        drawing.ends.push_back(drawing.triangles.size());
    }
}

Damage OverlayChanges::take(const ImDrawData& data) {
    std::swap(last_, next_);
    read(data, next_);
    Damage damage;
    const ImVec2 scale = data.FramebufferScale;
    const auto add = [&damage, scale](const Triangle& triangle) {
        const auto [left, right] =
            std::ranges::minmax(triangle | std::views::transform(&Vertex::x));
        const auto [top, bottom] =
            std::ranges::minmax(triangle | std::views::transform(&Vertex::y));
        const auto pixel = [](float place) {
            constexpr float limit = 1e6F; // a panel that is seen from the side can be far outside
            return static_cast<std::int32_t>(std::clamp(place, -limit, limit));
        };
        damage.add(between(pixel(std::floor(left * scale.x)), pixel(std::floor(top * scale.y)),
                           pixel(std::ceil(right * scale.x)), pixel(std::ceil(bottom * scale.y))));
    };
    const auto equal = [](const Triangle& left, const Triangle& right) {
        return std::memcmp(&left, &right, sizeof left) == 0;
    };
    for (std::size_t number = 0; number < std::max(last_.ends.size(), next_.ends.size());
         ++number) {
        std::span<const Triangle> before = last_.list(number);
        std::span<const Triangle> now = next_.list(number);
        // One word that is longer than before changes the place of all that follows in the list.
        while (!before.empty() && !now.empty() && equal(before.front(), now.front())) {
            before = before.subspan(1);
            now = now.subspan(1);
        }
        while (!before.empty() && !now.empty() && equal(before.back(), now.back())) {
            before = before.first(before.size() - 1);
            now = now.first(now.size() - 1);
        }
        const bool in_step = before.size() == now.size();
        for (std::size_t i = 0; i < std::max(before.size(), now.size()); ++i) {
            if (in_step && equal(before[i], now[i])) {
                continue;
            }
            if (i < before.size()) {
                add(before[i]);
            }
            if (i < now.size()) {
                add(now[i]);
            }
        }
    }
    return damage;
}

} // namespace parallax::demo
