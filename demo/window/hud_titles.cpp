// SPDX-License-Identifier: MIT
#include "window/hud_parts.hpp"

#include "viewers/viewer.hpp"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace parallax::demo {
namespace {

constexpr ImU32 paper_edge = IM_COL32(72, 76, 84, 255);

ImVec2 to_imgui(glm::vec2 vector) {
    return {vector.x, vector.y};
}

/// What stands above a panel: its name, and beside it what it is or how it compares.
struct Title {
    std::string_view name;
    const char* what = nullptr; ///< null: it is compared
    std::uint32_t different = 0;
    std::uint64_t compared = 0; ///< 0: nothing is known yet
};

Title title_of(Panel panel, const WindowState& state) {
    switch (panel) {
    case Panel::cpu_view:
        return {.name = "CPU view", .what = "read through the mapping"};
    case Panel::gpu_view:
        return {.name = "GPU view", .what = "sampled from the imported memory"};
    case Panel::difference:
        return {.name = "Difference", .different = state.different, .compared = state.compared};
    default:
        break;
    }
    const ViewerKind& kind = viewer_kinds()[number_of(panel)];
    const auto viewer = std::ranges::find(state.viewers, kind.name, &ViewerState::name);
    return {.name = kind.title, .different = viewer->different, .compared = viewer->compared};
}

void show_title(Panel panel, const HudData& data, const HudLayout& layout,
                const ImGuiSession& fonts) {
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    const auto corner = [&](float x, float y) {
        return to_imgui(layout.from_clip(data.scene.corner(panel, {x, y})));
    };
    const ImVec2 left = corner(0, 0);
    list.AddQuad(left, corner(1, 0), corner(1, 1), corner(0, 1), paper_edge, layout.unit);
    if (layout.viewport().title == 0) {
        return; // no room for words
    }
    const Title title = title_of(panel, data.state);
    const float title_size = fonts.title()->FontSize * ImGui::GetIO().FontGlobalScale * 1.1F;
    const float text_size = fonts.text()->FontSize * ImGui::GetIO().FontGlobalScale;
    const ImVec2 place{left.x, left.y - title_size - 7 * layout.unit};
    const char* const name_end = title.name.data() + title.name.size();
    list.AddText(fonts.title(), title_size, place, ink, title.name.data(), name_end);
    const float wide =
        fonts.title()->CalcTextSizeA(title_size, 1000.0F, 0.0F, title.name.data(), name_end).x;
    const ImVec2 beside{place.x + wide + 10 * layout.unit,
                        place.y + (title_size - text_size) * 0.75F};
    const float room = corner(1, 0).x - beside.x;
    const auto fits = [&](const char* words) {
        return fonts.text()->CalcTextSizeA(text_size, 1000.0F, 0.0F, words).x <= room;
    };
    if (title.what != nullptr) {
        if (fits(title.what)) {
            list.AddText(fonts.text(), text_size, beside, faint, title.what);
        }
        return;
    }
    if (title.compared == 0) {
        return;
    }
    // As many words as there is room for; the colour alone tells most of it.
    std::array<char, 96> words{};
    std::snprintf(words.data(), words.size(), "%u of %u pixels differ", title.different,
                  static_cast<unsigned>(data.layout.extent.pixels()));
    if (!fits(words.data())) {
        std::snprintf(words.data(), words.size(), "%u differ", title.different);
    }
    if (!fits(words.data())) {
        std::snprintf(words.data(), words.size(), "%u", title.different);
    }
    if (fits(words.data())) {
        list.AddText(fonts.text(), text_size, beside, title.different == 0 ? good : bad,
                     words.data());
    }
}

/// A frame around the texels that the microscope shows.
void show_place(const HudData& data, const HudLayout& layout, Panel panel) {
    const glm::vec2 size(data.layout.extent.width, data.layout.extent.height);
    const glm::vec2 field(microscope_field.width, microscope_field.height);
    const glm::vec2 first = glm::vec2(data.microscope.place) - glm::floor(field / 2.0F);
    const glm::vec2 top = first / size;
    const glm::vec2 bottom = (first + field) / size;
    const auto corner = [&](float x, float y) {
        return to_imgui(layout.from_clip(data.scene.corner(panel, {x, y})));
    };
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    const auto frame = [&](ImU32 colour, float thickness) {
        list.AddQuad(corner(top.x, top.y), corner(bottom.x, top.y), corner(bottom.x, bottom.y),
                     corner(top.x, bottom.y), colour, thickness * layout.unit);
    };
    frame(IM_COL32(0, 0, 0, 200), 3.5F);
    frame(IM_COL32(255, 255, 255, 255), 1.5F);
}

} // namespace

void show_titles(const HudData& data, const HudLayout& layout, const ImGuiSession& fonts) {
    for (const Panel panel : data.scene.panels()) {
        show_title(panel, data, layout, fonts);
        if (layout.has_hud()) {
            show_place(data, layout, panel);
        }
    }
}

} // namespace parallax::demo
