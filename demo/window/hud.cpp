// SPDX-License-Identifier: MIT
#include "window/hud.hpp"

#include "window/hud_parts.hpp"

#include <imgui.h>

#include <algorithm>
#include <utility>

namespace parallax::demo {
namespace {

constexpr float margin = 12; // units, as all lengths here
constexpr float toolbar_height = 44;
constexpr float hud_height = 312;
constexpr float least_width = 1000; // of a window with room for it all
constexpr float least_height = 600;

ImVec4 to_imgui(Rgba8 colour) {
    return {static_cast<float>(colour.r) / 255.0F, static_cast<float>(colour.g) / 255.0F,
            static_cast<float>(colour.b) / 255.0F, 1.0F};
}

/// A window that is a part of the panel: it does not move, and has its title inside.
template <typename Content>
void part(const char* title, ImVec2 place, ImVec2 size, const ImGuiSession& fonts,
          Content content) {
    ImGui::SetNextWindowPos(place);
    ImGui::SetNextWindowSize(size);
    ImGui::Begin(title, nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoNav |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoSavedSettings);
    ImGui::PushFont(fonts.title());
    ImGui::TextUnformatted(title);
    ImGui::PopFont();
    ImGui::Spacing();
    content();
    ImGui::End();
}

/// A button that is lit while what it switches on is on.
bool lit_button(const Control& control, const char* label, bool lit) {
    if (lit) {
        ImGui::PushStyleColor(ImGuiCol_Button, ImVec4(0.20F, 0.42F, 0.70F, 1.0F));
    }
    const bool pressed = ImGui::Button(label);
    if (lit) {
        ImGui::PopStyleColor();
    }
    ImGui::SetItemTooltip("%s: %s", control.name.data(), control.help.data());
    ImGui::SameLine();
    return pressed;
}

void show_toolbar(const HudView& view, const HudLayout& layout, std::vector<Event>& events) {
    ImGui::SetNextWindowPos({margin * layout.unit, layout.scene_height});
    ImGui::SetNextWindowSize(
        {layout.window.x - 2 * margin * layout.unit, toolbar_height * layout.unit});
    ImGui::Begin("tools", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoNav |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground);
    const auto button = [&events](Action action, const char* label, bool lit) {
        if (lit_button(control_of(action), label, lit)) {
            events.emplace_back(action);
        }
    };
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("CPU draws");
    ImGui::SameLine();
    const Brush& brush = view.state.brush;
    for (const Rgba8& swatch : brush_colours) {
        ImGui::PushID(&swatch);
        const bool chosen = swatch == brush.colour;
        const float side = ImGui::GetFrameHeight();
        if (ImGui::ColorButton("colour", to_imgui(swatch),
                               ImGuiColorEditFlags_NoTooltip | ImGuiColorEditFlags_NoDragDrop,
                               {side, side})) {
            events.emplace_back(ChangeBrush{{.colour = swatch, .radius = brush.radius}});
        }
        if (chosen) {
            ImGui::GetWindowDrawList()->AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                                                IM_COL32_WHITE, 4.0F, 0, 2.0F * layout.unit);
        }
        ImGui::PopID();
        ImGui::SameLine();
    }
    ImGui::SetNextItemWidth(130 * layout.unit);
    float radius = brush.radius;
    if (ImGui::SliderFloat("##radius", &radius, 1.0F, Brush::largest, "radius %.0f",
                           ImGuiSliderFlags_Logarithmic)) {
        events.emplace_back(ChangeBrush{{.colour = brush.colour, .radius = radius}});
    }
    ImGui::SameLine();
    button(Action::toggle_animation, "pattern (T)", view.state.animation);
    button(Action::clear, "clear (C)", false);
    button(Action::reload, "picture (R)", false);
    ImGui::SameLine(0, 24 * layout.unit);
    ImGui::TextDisabled("GPU writes");
    ImGui::SameLine();
    button(Action::toggle_life, "Conway's life (space)", view.state.life);
    ImGui::SameLine(0, 24 * layout.unit);
    button(Action::straight_on, "straight (Home)", false);
    button(Action::toggle_help, "help (H)", view.state.help);
    ImGui::End();
}

void show_help(const HudLayout& layout, const ImGuiSession& fonts) {
    ImGui::SetNextWindowPos({layout.window.x / 2, layout.window.y / 2}, 0, {0.5F, 0.5F});
    ImGui::Begin("help", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoInputs);
    ImGui::PushFont(fonts.title());
    ImGui::TextUnformatted("Keyboard and mouse");
    ImGui::PopFont();
    ImGui::Spacing();
    const auto line = [&](const char* key, const char* help) {
        ImGui::PushFont(fonts.mono());
        ImGui::TextUnformatted(key);
        ImGui::PopFont();
        ImGui::SameLine(130 * layout.unit);
        ImGui::TextUnformatted(help);
    };
    for (const Control& control : controls()) {
        line(control.name.data(), control.help.data());
    }
    line("left drag", "on the CPU view: draw; elsewhere: turn the scene");
    line("right drag", "turn the scene");
    line("wheel", "zoom");
    line("drop a file", "open a PNG or JPEG");
    ImGui::End();
}

} // namespace

HudLayout HudLayout::of(glm::vec2 window, float unit, bool shown) {
    const bool room = window.x >= least_width * unit && window.y >= least_height * unit;
    const float taken = (toolbar_height + hud_height + margin) * unit;
    return {.window = window,
            .unit = unit,
            .scene_height = shown && room ? window.y - taken : window.y};
}

void show_hud(const HudView& view, const HudLayout& layout, const ImGuiSession& fonts,
              std::vector<Event>& events) {
    show_titles(view, layout, fonts);
    if (view.state.help) {
        show_help(layout, fonts);
    }
    if (!layout.has_hud()) {
        return;
    }
    show_toolbar(view, layout, events);

    const float unit = layout.unit;
    const float top = layout.scene_height + toolbar_height * unit;
    const float width = layout.window.x - 2 * margin * unit;
    const float gap = 10 * unit;
    // Shares of the width, from left to right.
    constexpr std::array shares{0.245F, 0.27F, 0.225F, 0.26F};
    float left = margin * unit;
    std::size_t column = 0;
    const auto next_part = [&](const char* title, auto content) {
        const float wide = (width - 3 * gap) * shares[column++];
        part(title, {left, top}, {wide, hud_height * unit}, fonts, content);
        left += wide + gap;
    };
    next_part("This memory", [&] { show_facts(view, unit); });
    next_part("Microscope", [&] { show_microscope(view.microscope, fonts, unit); });
    next_part("One frame", [&] { show_times(view.state.times, unit); });
    next_part("Break a rule", [&] { show_rules(view.state, unit, events); });
}

} // namespace parallax::demo
