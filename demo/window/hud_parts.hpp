// SPDX-License-Identifier: MIT
#pragma once

#include "window/hud.hpp"

#include <imgui.h>

// The parts of the heads-up panel. Each says its content to Dear ImGui, in the window that is open
// there; lengths are in window units, `unit` as in HudLayout.

namespace parallax::demo {

// The colours of words and lines.
inline constexpr ImU32 ink = IM_COL32(232, 230, 222, 255);
inline constexpr ImU32 faint = IM_COL32(154, 158, 168, 255);
inline constexpr ImU32 good = IM_COL32(112, 214, 138, 255);
inline constexpr ImU32 bad = IM_COL32(255, 110, 96, 255);

/// Titles and frames of the panels in the scene, and the microscope's place on them.
void show_titles(const HudData& data, const HudLayout& layout, const ImGuiSession& fonts);

void show_facts(const HudData& data, float unit);
void show_microscope(const HudData& data, const ImGuiSession& fonts, float unit);
void show_times(const TimeHistory& history, float unit);
void show_rules(const WindowState& state, float unit, std::vector<Event>& events);

} // namespace parallax::demo
