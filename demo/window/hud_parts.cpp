// SPDX-License-Identifier: MIT
#include "window/hud_parts.hpp"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace parallax::demo {
namespace {

constexpr ImU32 paper_edge = IM_COL32(72, 76, 84, 255);
constexpr ImU32 ink = IM_COL32(232, 230, 222, 255);
constexpr ImU32 faint = IM_COL32(154, 158, 168, 255);
constexpr ImU32 good = IM_COL32(112, 214, 138, 255);
constexpr ImU32 bad = IM_COL32(255, 110, 96, 255);

ImVec2 to_imgui(glm::vec2 vector) {
    return {vector.x, vector.y};
}

struct Title {
    Shows panel;
    const char* title;
    const char* subtitle;
};
constexpr std::array titles{
    Title{Shows::cpu_view, "CPU view", "read through the mapping"},
    Title{Shows::gpu_view, "GPU view", "sampled from the imported memory"},
    Title{Shows::difference, "Difference", nullptr},
    Title{Shows::process_view, "Another process", nullptr},
};

void show_title(const Title& title, const HudView& view, const HudLayout& layout,
                const ImGuiSession& fonts) {
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    const auto corner = [&](float x, float y) {
        return to_imgui(layout.from_clip(view.scene.corner(title.panel, {x, y})));
    };
    const ImVec2 left = corner(0, 0);
    list.AddQuad(left, corner(1, 0), corner(1, 1), corner(0, 1), paper_edge, layout.unit);
    if (layout.window.y < 300 * layout.unit) {
        return; // no room for words
    }
    const float title_size = fonts.title()->FontSize * ImGui::GetIO().FontGlobalScale * 1.15F;
    const float text_size = fonts.text()->FontSize * ImGui::GetIO().FontGlobalScale;
    const ImVec2 place{left.x, left.y - title_size - 8 * layout.unit};
    list.AddText(fonts.title(), title_size, place, ink, title.title);
    const float wide = fonts.title()->CalcTextSizeA(title_size, 1000.0F, 0.0F, title.title).x;
    const ImVec2 beside{place.x + wide + 10 * layout.unit,
                        place.y + (title_size - text_size) * 0.75F};
    const float room = corner(1, 0).x - beside.x;
    const auto fits = [&](const char* words) {
        return fonts.text()->CalcTextSizeA(text_size, 1000.0F, 0.0F, words).x <= room;
    };
    if (title.subtitle != nullptr) {
        if (fits(title.subtitle)) {
            list.AddText(fonts.text(), text_size, beside, faint, title.subtitle);
        }
        return;
    }
    const bool of_process = title.panel == Shows::process_view;
    if (of_process && view.state.process_compared == 0) {
        return; // it has not answered yet
    }
    const unsigned different = of_process ? view.state.process_different : view.state.different;
    std::array<char, 96> words{};
    const bool equal = different == 0;
    int length = std::snprintf(words.data(), words.size(), "%u of %u pixels differ", different,
                               static_cast<unsigned>(view.picture.pixels()));
    if (!fits(words.data())) {
        length = std::snprintf(words.data(), words.size(), "%u differ", different);
    }
    list.AddText(fonts.text(), text_size, beside, equal ? good : bad, words.data(),
                 words.data() +
                     std::min<std::size_t>(static_cast<std::size_t>(length), words.size() - 1));
}

/// A frame around the texels that the microscope shows.
void show_place(const HudView& view, const HudLayout& layout, Shows panel) {
    const glm::vec2 size(view.picture.width, view.picture.height);
    const glm::vec2 field(microscope_field.width, microscope_field.height);
    const glm::vec2 first = glm::vec2(view.microscope.place) - glm::floor(field / 2.0F);
    const glm::vec2 top = first / size;
    const glm::vec2 bottom = (first + field) / size;
    const auto corner = [&](float x, float y) {
        return to_imgui(layout.from_clip(view.scene.corner(panel, {x, y})));
    };
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    const auto frame = [&](ImU32 colour, float thickness) {
        list.AddQuad(corner(top.x, top.y), corner(bottom.x, top.y), corner(bottom.x, bottom.y),
                     corner(top.x, bottom.y), colour, thickness * layout.unit);
    };
    frame(IM_COL32(0, 0, 0, 200), 3.5F);
    frame(IM_COL32(255, 255, 255, 255), 1.5F);
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
    const ImVec2 middle{start.x + static_cast<float>(microscope_field.width / 2) * side,
                        start.y + static_cast<float>(microscope_field.height / 2) * side};
    list.AddRect({middle.x - 2, middle.y - 2}, {middle.x + side + 1, middle.y + side + 1},
                 IM_COL32_BLACK, 0, 0, 2);
    list.AddRect({middle.x - 1, middle.y - 1}, {middle.x + side, middle.y + side}, IM_COL32_WHITE);
    ImGui::Dummy({static_cast<float>(microscope_field.width) * side,
                  static_cast<float>(microscope_field.height) * side});
}

void show_bytes(const char* who, std::span<const std::byte> bytes, const ImGuiSession& fonts,
                bool equal, float unit) {
    ImGui::TextUnformatted(who);
    ImGui::SameLine(58 * unit);
    ImGui::PushFont(fonts.mono());
    ImGui::PushStyleColor(ImGuiCol_Text, equal ? good : bad);
    for (const std::byte byte : bytes) {
        ImGui::Text("%02x", std::to_integer<unsigned>(byte));
        ImGui::SameLine(0, 8 * unit);
    }
    ImGui::PopStyleColor();
    ImGui::PopFont();
    ImGui::NewLine();
}

struct Part {
    const char* name;
    float FrameTimes::* time;
    ImU32 colour;
};
constexpr std::array parts{
    Part{"CPU reads, writes", &FrameTimes::cpu, IM_COL32(255, 206, 84, 255)},
    Part{"SYNC", &FrameTimes::sync, IM_COL32(255, 122, 89, 255)},
    Part{"submit", &FrameTimes::submit, IM_COL32(178, 132, 255, 255)},
    Part{"GPU", &FrameTimes::gpu, IM_COL32(92, 176, 255, 255)},
    Part{"present", &FrameTimes::present, IM_COL32(104, 210, 160, 255)},
};

/// One bar a frame, the parts on top of each other, the newest at the right.
void plot(const TimeHistory& history, ImVec2 size, float tallest) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 start = ImGui::GetCursorScreenPos();
    list.AddRectFilled(start, {start.x + size.x, start.y + size.y}, IM_COL32(14, 15, 18, 255), 3);
    const float wide = size.x / static_cast<float>(history.frames.size());
    for (std::size_t i = 0; i < history.frames.size(); ++i) {
        const FrameTimes& times = history.frames[(history.next + i) % history.frames.size()];
        const float left = start.x + static_cast<float>(i) * wide;
        float base = start.y + size.y;
        for (const Part& part : parts) {
            const float tall = times.*part.time / tallest * size.y;
            const float top = std::max(start.y, base - tall);
            if (base - top > 0.1F) {
                list.AddRectFilled({left, top}, {left + wide * 0.85F, base}, part.colour);
            }
            base = top;
        }
    }
    ImGui::Dummy(size);
}

void show_seen(const Seen& seen) {
    if (!seen.tried) {
        ImGui::TextDisabled("not tried");
    } else if (!seen.refusal.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, good);
        ImGui::TextUnformatted("refused");
        ImGui::PopStyleColor();
    } else {
        ImGui::PushStyleColor(ImGuiCol_Text, seen.different == 0 ? good : bad);
        ImGui::Text("%u differ", seen.different);
        ImGui::PopStyleColor();
    }
}

} // namespace

void show_titles(const HudView& view, const HudLayout& layout, const ImGuiSession& fonts) {
    for (const Title& title : titles) {
        show_title(title, view, layout, fonts);
        if (layout.has_hud()) {
            show_place(view, layout, title.panel);
        }
    }
}

void show_facts(const HudView& view, float unit) {
    for (const Fact& fact : view.facts) {
        ImGui::TextDisabled("%s", fact.name);
        ImGui::SameLine(94 * unit);
        ImGui::TextUnformatted(fact.value.c_str());
    }
    for (const std::string* const trouble : {&view.state.process_ending, &view.state.notice}) {
        if (!trouble->empty()) {
            ImGui::PushStyleColor(ImGuiCol_Text, bad);
            ImGui::TextWrapped("%s", trouble->c_str());
            ImGui::PopStyleColor();
        }
    }
}

void show_microscope(const Microscope& microscope, const ImGuiSession& fonts, float unit) {
    const float side = std::floor((ImGui::GetContentRegionAvail().x - 16 * unit) /
                                  static_cast<float>(2 * microscope_field.width));
    const float second = side * static_cast<float>(microscope_field.width) + 16 * unit;
    const float start = ImGui::GetCursorPosX();
    ImGui::TextDisabled("CPU");
    ImGui::SameLine(start + second);
    ImGui::TextDisabled("GPU");
    show_texels(microscope.cpu_texels, side);
    ImGui::SameLine(start + second);
    show_texels(microscope.gpu_texels, side);
    ImGui::Spacing();

    constexpr std::uint64_t page = 4096;
    ImGui::Text("pixel  %d, %d", microscope.place.x, microscope.place.y);
    ImGui::Text("byte  %llu,  page %llu + 0x%03llx",
                static_cast<unsigned long long>(microscope.offset),
                static_cast<unsigned long long>(microscope.offset / page),
                static_cast<unsigned long long>(microscope.offset % page));
    const auto cpu = std::span(microscope.cpu).first(microscope.bytes);
    const auto gpu = std::span(microscope.gpu).first(microscope.bytes);
    const bool equal = std::ranges::equal(cpu, gpu);
    show_bytes("CPU", cpu, fonts, equal, unit);
    show_bytes("GPU", gpu, fonts, equal, unit);
}

void show_times(const TimeHistory& history, float unit) {
    FrameTimes sum;
    float longest = 0;
    float shown = 0;
    for (const FrameTimes& times : history.frames) {
        longest = std::max(longest, times.total());
        shown += times.total() > 0 ? 1.0F : 0.0F;
        for (const Part& part : parts) {
            sum.*part.time += times.*part.time;
        }
    }
    shown = std::max(shown, 1.0F);
    const float start = ImGui::GetCursorPosX();
    const float wide = ImGui::GetContentRegionAvail().x;
    plot(history, {wide, 112 * unit}, std::max(longest, 0.1F));
    const auto line = [&](const char* name, float time, ImU32 colour) {
        const ImVec2 from = ImGui::GetCursorScreenPos();
        const float tall = ImGui::GetTextLineHeight();
        ImGui::GetWindowDrawList()->AddRectFilled({from.x, from.y + tall * 0.2F},
                                                  {from.x + tall * 0.6F, from.y + tall * 0.8F},
                                                  colour, 2);
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + tall);
        ImGui::TextUnformatted(name);
        std::array<char, 24> number{};
        std::snprintf(number.data(), number.size(), "%.2f ms", time / shown);
        ImGui::SameLine(start + wide - ImGui::CalcTextSize(number.data()).x);
        ImGui::TextUnformatted(number.data());
    };
    for (const Part& part : parts) {
        line(part.name, sum.*part.time, part.colour);
    }
    line("sum", sum.total(), IM_COL32(0, 0, 0, 0));
}

void show_rules(const WindowState& state, float unit, std::vector<Event>& events) {
    for (std::size_t i = 0; i < rules().size(); ++i) {
        const Rule& rule = rules()[i];
        const bool broken = state.rule == i;
        std::array<char, 48> label{};
        std::snprintf(label.data(), label.size(), "%s  %s", control_of(rule.action).name.data(),
                      rule.name.data());
        if (broken) {
            ImGui::PushStyleColor(ImGuiCol_Button, ImVec4(0.62F, 0.20F, 0.16F, 1.0F));
        }
        ImGui::PushStyleVar(ImGuiStyleVar_ButtonTextAlign, ImVec2(0.0F, 0.5F));
        if (ImGui::Button(label.data(), {178 * unit, 0})) {
            events.emplace_back(broken ? Action::keep_all_rules : rule.action);
        }
        ImGui::PopStyleVar();
        if (broken) {
            ImGui::PopStyleColor();
        }
        ImGui::SameLine(0, 10 * unit);
        show_seen(state.seen[i]);
    }
    ImGui::Spacing();
    if (!state.rule_read_about) {
        ImGui::PushStyleColor(ImGuiCol_Text, faint);
        ImGui::TextWrapped("All rules are kept. Break one, and see what this machine does.");
        ImGui::PopStyleColor();
        return;
    }
    const Seen& seen = state.seen[*state.rule_read_about];
    ImGui::PushStyleColor(ImGuiCol_Text, faint);
    ImGui::TextWrapped("%s", rules()[*state.rule_read_about].expected.data());
    ImGui::PopStyleColor();
    if (!seen.refusal.empty()) {
        ImGui::TextWrapped("Seen: %s", seen.refusal.c_str());
    } else {
        ImGui::TextWrapped("Seen: %u pixels differ.", seen.different);
    }
}

} // namespace parallax::demo
