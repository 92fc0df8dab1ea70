// SPDX-License-Identifier: MIT
#include "window/hud_parts.hpp"

#include "parallax/dmabuf/page_size.hpp"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ranges>
#include <string_view>

namespace parallax::demo {
namespace {

/// Lines as far apart as the room for so many of them allows, within reason. To be popped.
void spread(std::size_t lines, float unit) {
    const float room = ImGui::GetContentRegionAvail().y / static_cast<float>(lines);
    const float apart = std::clamp(room - ImGui::GetTextLineHeight(), 5 * unit, 10 * unit);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(8 * unit, apart));
}

/// Texels as squares, with the middle one framed. @return where the grid ends.
void show_texels(std::span<const std::uint32_t> texels, float side) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 start = ImGui::GetCursorScreenPos();
    for (std::uint32_t y = 0; y < microscope_field.height; ++y) {
        for (std::uint32_t x = 0; x < microscope_field.width; ++x) {
            const ImVec2 from{start.x + static_cast<float>(x) * side,
                              start.y + static_cast<float>(y) * side};
            const std::uint32_t texel = texels[y * microscope_field.width + x] | 0xFF000000u;
            list.AddRectFilled(from, {from.x + side - 1, from.y + side - 1}, texel);
        }
    }
    constexpr std::uint32_t column = microscope_field.width / 2;
    constexpr std::uint32_t row = microscope_field.height / 2;
    const ImVec2 middle{start.x + static_cast<float>(column) * side,
                        start.y + static_cast<float>(row) * side};
    list.AddRect({middle.x - 2, middle.y - 2}, {middle.x + side + 1, middle.y + side + 1},
                 IM_COL32_BLACK, 0, 0, 2);
    list.AddRect({middle.x - 1, middle.y - 1}, {middle.x + side, middle.y + side}, IM_COL32_WHITE);
    ImGui::Dummy({static_cast<float>(microscope_field.width) * side,
                  static_cast<float>(microscope_field.height) * side});
}

constexpr float bytes_column = 84;
constexpr float between_bytes = 8;

/// Which byte is what, in the order of addresses; "XRGB8888" names them from the highest down.
void show_channels(std::string_view format, const ImGuiSession& fonts, float unit) {
    constexpr std::string_view bytes_each = "8888";
    if (!format.ends_with(bytes_each)) {
        return; // its channels are no bytes
    }
    format.remove_suffix(bytes_each.size());
    ImGui::TextDisabled("byte is");
    ImGui::SameLine(bytes_column * unit);
    ImGui::PushFont(fonts.mono());
    for (const char channel : std::views::reverse(format)) {
        ImGui::TextDisabled("%c ", channel);
        ImGui::SameLine(0, between_bytes * unit);
    }
    ImGui::PopFont();
    ImGui::NewLine();
}

void show_bytes(const char* who, std::span<const std::byte> bytes, const ImGuiSession& fonts,
                bool equal, float unit) {
    ImGui::TextUnformatted(who);
    ImGui::SameLine(bytes_column * unit);
    ImGui::PushFont(fonts.mono());
    ImGui::PushStyleColor(ImGuiCol_Text, equal ? good : bad);
    for (const std::byte byte : bytes) {
        ImGui::Text("%02x", std::to_integer<unsigned>(byte));
        ImGui::SameLine(0, between_bytes * unit);
    }
    ImGui::PopStyleColor();
    ImGui::PopFont();
    ImGui::NewLine();
}

void show_outcome(const Mistake& mistake, const RuleOutcome& outcome) {
    if (!outcome.tried) {
        ImGui::TextDisabled("not tried");
    } else if (outcome.refusal.empty() && outcome.different == 0 && !mistake.unseen.empty()) {
        ImGui::TextDisabled("not seen here"); // which does not say that the rule is not needed
    } else if (!outcome.refusal.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, good);
        ImGui::TextUnformatted("refused");
        ImGui::PopStyleColor();
    } else {
        ImGui::PushStyleColor(ImGuiCol_Text, outcome.different == 0 ? good : bad);
        ImGui::Text("%u differ", outcome.different);
        ImGui::PopStyleColor();
    }
}

} // namespace

void show_facts(const HudData& data, float unit) {
    spread(data.facts.size() + 2, unit); // two lines more for trouble
    for (const Fact& fact : data.facts) {
        ImGui::TextDisabled("%s", fact.name.c_str());
        ImGui::SameLine(94 * unit);
        ImGui::TextUnformatted(fact.value.c_str());
    }
    ImGui::PopStyleVar();
    ImGui::PushStyleColor(ImGuiCol_Text, bad);
    for (const ViewerState& from : data.state.viewers) {
        if (!from.trouble.empty()) { // its first sentence; the report has all of it
            const auto length = std::min(from.trouble.find(';'), from.trouble.size());
            ImGui::TextWrapped("%s: %.*s", from.name.data(), static_cast<int>(length),
                               from.trouble.c_str());
        }
    }
    if (!data.state.notice.empty()) {
        ImGui::TextWrapped("%s", data.state.notice.c_str());
    }
    ImGui::PopStyleColor();
}

void show_microscope(const HudData& data, const ImGuiSession& fonts, float unit) {
    const Microscope& microscope = data.microscope;
    constexpr float lines = 6; // of words, over and under the texels
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const float wide = (room.x - 16 * unit) / static_cast<float>(2 * microscope_field.width);
    const float high = (room.y - lines * ImGui::GetTextLineHeightWithSpacing() - 8 * unit) /
                       static_cast<float>(microscope_field.height);
    const float side = std::floor(std::min(wide, high));
    const float second = side * static_cast<float>(microscope_field.width) + 16 * unit;
    const float start = ImGui::GetCursorPosX();
    ImGui::TextDisabled("CPU");
    ImGui::SameLine(start + second);
    ImGui::TextDisabled("GPU");
    show_texels(microscope.cpu_texels, side);
    ImGui::SameLine(start + second);
    show_texels(microscope.gpu_texels, side);
    ImGui::Spacing();

    spread(5, unit);
    const std::uint64_t page = page_size();
    ImGui::Text("pixel  %d, %d", microscope.place.x, microscope.place.y);
    ImGui::Text("byte  %llu,  page %llu + 0x%03llx",
                static_cast<unsigned long long>(microscope.offset),
                static_cast<unsigned long long>(microscope.offset / page),
                static_cast<unsigned long long>(microscope.offset % page));
    const auto cpu = std::span(microscope.cpu).first(microscope.bytes);
    const auto gpu = std::span(microscope.gpu).first(microscope.bytes);
    const bool equal = std::ranges::equal(cpu, gpu);
    show_channels(data.layout.format().name, fonts, unit);
    show_bytes("CPU", cpu, fonts, equal, unit);
    show_bytes("GPU", gpu, fonts, equal, unit);
    ImGui::PopStyleVar();
}

void show_rules(const WindowState& state, float unit, std::vector<Event>& events) {
    for (std::size_t i = 0; i < rules().size(); ++i) {
        const Rule& rule = rules()[i];
        const Mistake& mistake = *rule.mistake;
        const bool broken = state.rule == i;
        std::array<char, 48> label{};
        std::snprintf(label.data(), label.size(), "%s  %s", control_of(rule.action).name.data(),
                      mistake.title.data());
        if (broken) {
            ImGui::PushStyleColor(ImGuiCol_Button, ImVec4(0.62F, 0.20F, 0.16F, 1.0F));
        }
        ImGui::PushStyleVar(ImGuiStyleVar_ButtonTextAlign, ImVec2(0.0F, 0.5F));
        if (ImGui::Button(label.data(), {194 * unit, 0})) {
            events.emplace_back(broken ? Action::keep_all_rules : rule.action);
        }
        ImGui::SetItemTooltip("%s", mistake.expected.data());
        ImGui::PopStyleVar();
        if (broken) {
            ImGui::PopStyleColor();
        }
        ImGui::SameLine(0, 10 * unit);
        show_outcome(mistake, state.outcomes[i]);
    }
    ImGui::Spacing();
    ImGui::PushStyleColor(ImGuiCol_Text, faint);
    if (!state.rule_read_about) {
        ImGui::TextWrapped("All rules are kept. Break one, and see what this machine does.");
        ImGui::PopStyleColor();
        return;
    }
    const Mistake& mistake = *rules()[*state.rule_read_about].mistake;
    const RuleOutcome& outcome = state.outcomes[*state.rule_read_about];
    if (!state.rule) {
        ImGui::TextWrapped("All rules are kept again. This was %s:", mistake.title.data());
    }
    ImGui::TextWrapped("%s", mistake.expected.data());
    ImGui::PopStyleColor();
    if (!outcome.refusal.empty()) {
        ImGui::TextWrapped("Seen: %s", outcome.refusal.c_str());
    } else if (outcome.different == 0 && !mistake.unseen.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, faint);
        ImGui::TextWrapped("Cannot be seen on this machine: %s.", mistake.unseen.data());
        ImGui::PopStyleColor();
    } else {
        ImGui::TextWrapped("Seen: %u pixels differ.", outcome.different);
    }
}

} // namespace parallax::demo
