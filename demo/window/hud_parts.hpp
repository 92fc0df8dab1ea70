// SPDX-License-Identifier: MIT
#pragma once

#include "window/hud.hpp"

// The parts of the heads-up panel. Each says its content to Dear ImGui, in the window that is open
// there; lengths are in window units, `unit` as in HudLayout.

namespace parallax::demo {

/// Titles and frames of the panels in the scene, and the microscope's place on them.
void show_titles(const HudView& view, const HudLayout& layout, const ImGuiSession& fonts);

void show_facts(const HudView& view, float unit);
void show_microscope(const HudView& view, const ImGuiSession& fonts, float unit);
void show_times(const TimeHistory& history, float unit);
void show_rules(const WindowState& state, float unit, std::vector<Event>& events);

} // namespace parallax::demo
