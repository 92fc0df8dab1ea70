// SPDX-License-Identifier: MIT
#include "window/hud_parts.hpp"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <tuple>

namespace parallax::demo {
namespace {

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

/// The frames that there were, the oldest first.
std::span<const FrameTimes> in_order(const TimeHistory& history, TimeHistory& scratch) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < history.frames.size(); ++i) {
        const FrameTimes& times = history.frames[(history.next + i) % history.frames.size()];
        if (times.total() > 0) {
            scratch.frames[count++] = times;
        }
    }
    return std::span(scratch.frames).first(count);
}

/// What most frames stay below; a few long ones must not flatten all others.
float usual_height(std::span<const FrameTimes> frames) {
    std::array<float, std::tuple_size_v<decltype(TimeHistory::frames)>> totals{};
    std::ranges::transform(frames, totals.begin(), &FrameTimes::total);
    const auto tenth = static_cast<std::ptrdiff_t>(frames.size() * 9 / 10);
    const auto end = totals.begin() + static_cast<std::ptrdiff_t>(frames.size());
    std::nth_element(totals.begin(), totals.begin() + tenth, end);
    return std::max(frames.empty() ? 0.0F : totals[static_cast<std::size_t>(tenth)] * 1.3F, 0.1F);
}

/// One bar a frame, the parts on top of each other, the newest at the right. Longer ones than the
/// usual reach the top, with a light edge.
void plot(std::span<const FrameTimes> frames, ImVec2 size, float unit) {
    constexpr std::size_t fewest = 30; // so that the first frames are no blocks
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 start = ImGui::GetCursorScreenPos();
    list.AddRectFilled(start, {start.x + size.x, start.y + size.y}, IM_COL32(14, 15, 18, 255), 3);
    const float tallest = usual_height(frames);
    const float wide = size.x / static_cast<float>(std::max(frames.size(), fewest));
    float left = start.x + size.x - wide * static_cast<float>(frames.size());
    for (const FrameTimes& times : frames) {
        float base = start.y + size.y;
        for (const Part& part : parts) {
            const float tall = times.*part.time / tallest * size.y;
            const float top = std::max(start.y, base - tall);
            if (base - top > 0.1F) {
                list.AddRectFilled({left, top}, {left + wide * 0.85F, base}, part.colour);
            }
            base = top;
        }
        if (times.total() > tallest) {
            list.AddRectFilled({left, start.y}, {left + wide * 0.85F, start.y + 2 * unit}, ink);
        }
        left += wide;
    }
    std::array<char, 24> scale{};
    std::snprintf(scale.data(), scale.size(), tallest < 10 ? "%.1f ms" : "%.0f ms", tallest);
    const ImVec2 words = ImGui::CalcTextSize(scale.data());
    list.AddRectFilled(start, {start.x + words.x + 8 * unit, start.y + words.y + 4 * unit},
                       IM_COL32(14, 15, 18, 220), 3);
    list.AddText({start.x + 4 * unit, start.y + 2 * unit}, faint, scale.data());
    ImGui::Dummy(size);
}

} // namespace

void show_times(const TimeHistory& history, float unit) {
    TimeHistory scratch;
    const std::span<const FrameTimes> frames = in_order(history, scratch);
    FrameTimes sum;
    for (const FrameTimes& times : frames) {
        for (const Part& part : parts) {
            sum.*part.time += times.*part.time;
        }
    }
    const float shown = std::max(static_cast<float>(frames.size()), 1.0F);
    const float start = ImGui::GetCursorPosX();
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const float wide = room.x;
    const float lines =
        static_cast<float>(parts.size() + 1) * ImGui::GetTextLineHeightWithSpacing();
    plot(frames, {wide, std::max(40 * unit, room.y - lines)}, unit);
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

} // namespace parallax::demo
