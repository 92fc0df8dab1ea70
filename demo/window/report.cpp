// SPDX-License-Identifier: MIT
#include "window/report.hpp"

#include "window/session.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <format>

namespace parallax::demo {
namespace {

std::string_view name_of(Shows panel) {
    switch (panel) {
    case Shows::cpu_view:
        return "cpu";
    case Shows::gpu_view:
        return "gpu";
    case Shows::difference:
        return "difference";
    default:
        return std::ranges::find(eye_kinds(), panel, &EyeKind::panel)->name;
    }
}

/// The mean of the frames that are remembered.
FrameTimes mean(const TimeHistory& history) {
    FrameTimes sum;
    float count = 0;
    for (const FrameTimes& times : history.frames) {
        if (times.total() > 0) {
            ++count;
            sum.cpu += times.cpu;
            sum.sync += times.sync;
            sum.submit += times.submit;
            sum.gpu += times.gpu;
            sum.present += times.present;
        }
    }
    if (count > 0) {
        for (float* const time : {&sum.cpu, &sum.sync, &sum.submit, &sum.gpu, &sum.present}) {
            *time /= count;
        }
    }
    return sum;
}

} // namespace

Report Report::of(const WindowState& state, const Session& session) {
    Report report{.state = state, .window = std::string(GlfwWindow::platform())};
    const Panels there = session.panels();
    for (const Shows panel : there.list()) {
        report.panels.push_back(
            {.name = name_of(panel), .corners = session.panel_rectangle(panel)});
    }
    return report;
}

std::string Report::text() const {
    const FrameTimes times = mean(state.times);
    std::string text = std::format(
        "{} frames on {}: {} pixels differ in the last compared\n"
        "  times      CPU {:.2f} ms, SYNC {:.2f} ms, submit {:.2f} ms, GPU {:.2f} ms, present "
        "{:.2f} ms\n"
        "  heap       {} allocations in {} steady frames\n",
        state.frame, window, state.different, times.cpu, times.sync, times.submit, times.gpu,
        times.present, state.steady_allocations, state.steady_frames);
    for (const FromElsewhere& from : state.elsewhere) {
        text += from.trouble.empty()
                    ? std::format("  {:<10} {} pixels differ in the last of {} frames compared\n",
                                  from.name, from.different, from.compared)
                    : std::format("  {:<10} not seen: {}\n", from.name, from.trouble);
    }
    for (std::size_t i = 0; i < rules().size(); ++i) {
        const Seen& seen = state.seen[i];
        if (seen.tried) {
            text +=
                std::format("  {:<20} {}\n", rules()[i].name,
                            seen.refusal.empty() ? std::format("{} pixels differ", seen.different)
                                                 : std::format("refused: {}", seen.refusal));
        }
    }
    return text;
}

std::string Report::json() const {
    nlohmann::json broken = nlohmann::json::object();
    for (std::size_t i = 0; i < rules().size(); ++i) {
        const Seen& seen = state.seen[i];
        if (seen.tried) {
            broken[std::string(rules()[i].name)] = {{"different", seen.different},
                                                    {"refusal", seen.refusal}};
        }
    }
    const FrameTimes times = mean(state.times);
    nlohmann::json report{
        {"window", window},
        {"frames", state.frame},
        {"compared", state.compared},
        {"different", state.different},
        {"losses", state.losses},
        {"milliseconds",
         {{"cpu", times.cpu},
          {"sync", times.sync},
          {"submit", times.submit},
          {"gpu", times.gpu},
          {"present", times.present}}},
        {"steady", {{"frames", state.steady_frames}, {"allocations", state.steady_allocations}}},
        {"broken", broken}};
    for (const Panel& panel : panels) {
        report["panels"][std::string(panel.name)] = panel.corners;
    }
    for (const FromElsewhere& from : state.elsewhere) {
        report[std::string(from.name)] = {
            {"compared", from.compared}, {"different", from.different}, {"not seen", from.trouble}};
    }
    return report.dump(2) + "\n";
}

} // namespace parallax::demo
