// SPDX-License-Identifier: MIT
#include "window/report.hpp"

#include "window/session.hpp"

#include <nlohmann/json.hpp>

#include <format>
#include <utility>

namespace parallax::demo {
namespace {

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
    const Scene scene = session.scene();
    report.process_alive = scene.panels().size() == all_panels.size();
    for (const Shows panel : scene.panels()) {
        report.panels[std::to_underlying(panel)] = session.panel_rectangle(panel);
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
    if (!state.process_ending.empty()) {
        text += std::format("  process    no view: {}\n", state.process_ending);
    } else if (process_alive) {
        text += std::format("  process    {} pixels differ in the last of {} frames compared\n",
                            state.process_different, state.process_compared);
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
        {"panels", {{"cpu", panels[0]}, {"gpu", panels[1]}, {"difference", panels[2]}}},
        {"broken", broken}};
    if (process_alive || !state.process_ending.empty()) {
        report["process"] = {{"compared", state.process_compared},
                             {"different", state.process_different},
                             {"ending", state.process_ending}};
    }
    if (process_alive) {
        report["panels"]["process"] = panels[3];
    }
    return report.dump(2) + "\n";
}

} // namespace parallax::demo
