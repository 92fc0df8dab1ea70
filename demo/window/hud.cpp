// SPDX-License-Identifier: MIT
#include "window/hud.hpp"

#include "window/hud_parts.hpp"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace parallax::demo {
namespace {

constexpr float margin = 12; // units, as all lengths here
constexpr float toolbar_height = 44;
constexpr float gap = 10;           // between parts
constexpr float least_parts = 268;  // height of the parts with all that they say
constexpr float most_parts = 360;   // more would be empty
constexpr float least_part = 280;   // width of one
constexpr float least_scene = 150;  // height of the panels, or there is nothing but panels
constexpr float least_titled = 300; // height of a window with words in the scene
constexpr float panel_gap = 14;
constexpr float title_height = 32;

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

void show_toolbar(const HudData& data, const HudLayout& layout, std::vector<Event>& events) {
    ImGui::SetNextWindowPos({margin * layout.unit, layout.scene_height});
    ImGui::SetNextWindowSize(
        {layout.window.x - 2 * margin * layout.unit, toolbar_height * layout.unit});
    ImGui::Begin("tools", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoNav |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground);
    // What does not fit is left out: every button has a key, too.
    const auto fits = [](float width) {
        return ImGui::GetCursorPosX() + width <=
               ImGui::GetWindowWidth() - ImGui::GetStyle().WindowPadding.x;
    };
    const auto button = [&](Action action, const char* label, bool lit) {
        const float width = ImGui::CalcTextSize(label).x + 2 * ImGui::GetStyle().FramePadding.x;
        if (fits(width) && lit_button(control_of(action), label, lit)) {
            events.emplace_back(action);
        }
    };
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("CPU draws");
    ImGui::SameLine();
    const Brush& brush = data.state.brush;
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
    button(Action::toggle_animation, "pattern (T)", data.state.animation);
    button(Action::clear, "clear (C)", false);
    button(Action::reload, "picture (R)", false);
    ImGui::SameLine(0, 24 * layout.unit);
    ImGui::TextDisabled("GPU writes");
    ImGui::SameLine();
    button(Action::toggle_life, "Conway's life (space)", data.state.life);
    ImGui::SameLine(0, 24 * layout.unit);
    button(Action::straight_on, "straight (Home)", false);
    button(Action::toggle_help, "help (H)", data.state.help);
    ImGui::End();
}

/// The parts side by side; a narrow window has room for the first ones only.
void show_parts(const HudData& data, const HudLayout& layout, const ImGuiSession& fonts,
                std::vector<Event>& events) {
    const float unit = layout.unit;
    const float top = layout.scene_height + toolbar_height * unit;
    const float height = layout.window.y - top - margin * unit;
    const float width = layout.window.x - 2 * margin * unit;
    // Shares of the width, from left to right.
    constexpr std::array shares{0.245F, 0.255F, 0.23F, 0.27F};
    const auto count = static_cast<std::size_t>(
        std::clamp((width + gap * unit) / ((least_part + gap) * unit), 1.0F, 4.0F));
    const float whole = std::accumulate(shares.begin(), shares.begin() + count, 0.0F);
    const float shared = width - static_cast<float>(count - 1) * gap * unit;
    float left = margin * unit;
    std::size_t column = 0;
    const auto next_part = [&](const char* title, auto content) {
        if (column == count) {
            return;
        }
        const float wide = shared * shares[column++] / whole;
        part(title, {left, top}, {wide, height}, fonts, content);
        left += wide + gap * unit;
    };
    next_part("This memory", [&] { show_facts(data, unit); });
    next_part("Microscope", [&] { show_microscope(data, fonts, unit); });
    next_part("One frame", [&] { show_times(data.state.times, unit); });
    next_part("Break a rule", [&] { show_rules(data.state, unit, events); });
}

struct HelpLine {
    const char* key;
    const char* help;
};
constexpr std::array mouse_help{
    HelpLine{"left drag", "on the CPU view: draw; elsewhere: turn the scene"},
    HelpLine{"right drag", "turn the scene"},
    HelpLine{"wheel", "zoom"},
    HelpLine{"drop a file", "open a PNG or JPEG"},
};

/// One line after the other; smaller where the window is too small for it.
void show_help(const HudLayout& layout, const ImGuiSession& fonts) {
    const float unit = layout.unit;
    const auto lines = static_cast<float>(controls().size() + mouse_help.size() + 2);
    const glm::vec2 wanted{560 * unit, lines * ImGui::GetTextLineHeightWithSpacing()};
    const glm::vec2 share = layout.window / wanted;
    const float smaller = std::clamp(std::min(share.x, share.y), 0.3F, 1.0F);

    ImGui::SetNextWindowPos({layout.window.x / 2, layout.window.y / 2}, 0, {0.5F, 0.5F});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(8, 5 * unit * smaller));
    ImGui::Begin("help", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoInputs);
    ImGui::SetWindowFontScale(smaller);
    ImGui::PushFont(fonts.title());
    ImGui::TextUnformatted("Keyboard and mouse");
    ImGui::PopFont();
    const auto line = [&](const char* key, const char* help) {
        ImGui::PushFont(fonts.mono());
        ImGui::TextUnformatted(key);
        ImGui::PopFont();
        ImGui::SameLine(135 * unit * smaller);
        ImGui::TextUnformatted(help);
    };
    for (const Control& control : controls()) {
        line(control.name.data(), control.help.data());
    }
    for (const HelpLine& row : mouse_help) {
        line(row.key, row.help);
    }
    ImGui::End();
    ImGui::PopStyleVar();
}

} // namespace

HudLayout HudLayout::of(glm::vec2 window, float unit, bool shown, Extent picture,
                        const Panels& panels) {
    HudLayout layout{.window = window, .unit = unit, .scene_height = window.y};
    const float room = window.y / unit - toolbar_height - margin;
    if (!shown || window.x < (least_part + 2 * margin) * unit || room < least_parts + least_scene) {
        return layout;
    }
    const float wanted = Scene::height_of_one_row(picture, panels, layout.viewport()) / unit;
    const float parts = std::clamp(room - wanted, least_parts, most_parts);
    layout.scene_height = (room - parts) * unit;
    return layout;
}

Viewport HudLayout::viewport() const {
    return {.size = {window.x, scene_height},
            .gap = panel_gap * unit,
            .title = window.y < least_titled * unit ? 0.0F : title_height * unit};
}

void show_hud(const HudData& data, const HudLayout& layout, const ImGuiSession& fonts,
              std::vector<Event>& events) {
    show_titles(data, layout, fonts);
    if (layout.has_hud()) {
        show_toolbar(data, layout, events);
        show_parts(data, layout, fonts, events);
    }
    if (data.state.help) {
        show_help(layout, fonts);
    }
}

} // namespace parallax::demo
