// SPDX-License-Identifier: MIT
#include "window/report.hpp"

#include "window/session.hpp"

#include "parallax/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace parallax::demo {
namespace {

std::string_view name_of(Panel panel) {
    switch (panel) {
    case Panel::cpu_view:
        return "cpu";
    case Panel::gpu_view:
        return "gpu";
    case Panel::difference:
        return "difference";
    default:
        return viewer_kinds()[number_of(panel)].name;
    }
}

std::string seen_of(const Mistake& mistake, const RuleOutcome& outcome) {
    if (!outcome.refusal.empty()) {
        return text::format("refused: {}", outcome.refusal);
    }
    if (outcome.different == 0 && !mistake.unseen.empty()) {
        return text::format("cannot be seen on this machine: {}", mistake.unseen);
    }
    return text::format("{} pixels differ", outcome.different);
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
    const SharedBuffer& shared = session.shared();
    Report report{.state = state,
                  .window = std::string(GlfwWindow::platform()),
                  .import = std::string(import_method_name(shared.image().plan().method)),
                  .refused = shared.refused()};
    const Panels there = session.panels();
    for (const Panel panel : there.list()) {
        report.panels.push_back(
            {.name = name_of(panel), .corners = session.panel_rectangle(panel)});
    }
    return report;
}

std::string Report::text() const {
    const FrameTimes times = mean(state.times);
    std::string text = text::format(
        "{} frames on {}, {} of them with changes: {}\n"
        "  times      CPU {:.2f} ms, SYNC {:.2f} ms, submit {:.2f} ms, GPU {:.2f} ms, present "
        "{:.2f} ms\n",
        state.frame, window, state.work.frames,
        state.compared > 0 ? text::format("{} pixels differ in the last compared", state.different)
                           : "nothing was compared",
        times.cpu, times.sync, times.submit, times.gpu, times.present);
    text += text::format("  {:<10} {}\n", "import", import);
    for (const std::string& reason : refused) {
        text += text::format("  {:<10} {}\n", "refused", reason);
    }
    for (const ViewerState& viewer : state.viewers) {
        text += viewer.trouble.empty() && viewer.compared > 0
                    ? text::format("  {:<10} {} pixels differ in the last of {} frames compared\n",
                                   viewer.name, viewer.different, viewer.compared)
                    : text::format("  {:<10} not seen: {}\n", viewer.name,
                                   viewer.trouble.empty() ? "the window closed before"
                                                          : viewer.trouble);
    }
    for (std::size_t i = 0; i < rules().size(); ++i) {
        const RuleOutcome& outcome = state.outcomes[i];
        if (outcome.tried) {
            const Mistake& mistake = *rules()[i].mistake;
            text += text::format("  {:<20} {}\n", mistake.title, seen_of(mistake, outcome));
        }
    }
    return text;
}

std::string Report::json() const {
    nlohmann::json broken = nlohmann::json::object();
    for (std::size_t i = 0; i < rules().size(); ++i) {
        const RuleOutcome& outcome = state.outcomes[i];
        if (outcome.tried) {
            broken[std::string(rules()[i].mistake->title)] = {{"different", outcome.different},
                                                              {"refusal", outcome.refusal}};
        }
    }
    const FrameTimes times = mean(state.times);
    nlohmann::json report{
        {"window", window},
        {"import", import},
        {"refused", refused},
        {"frames", state.frame},
        {"work",
         {{"frames", state.work.frames},
          {"pixels", state.work.pixels},
          {"read_pixels", state.work.read_pixels},
          {"huds", state.work.huds}}},
        {"compared", state.compared},
        {"different", state.compared > 0 ? nlohmann::json(state.different) : nlohmann::json()},
        {"losses", state.losses},
        {"seconds", state.time.count()},
        {"milliseconds",
         {{"cpu", times.cpu},
          {"sync", times.sync},
          {"submit", times.submit},
          {"gpu", times.gpu},
          {"present", times.present}}},
        {"steady_frames", state.steady_frames},
        {"broken", broken}};
    if (state.steady_allocations) {
        report["steady_allocations"] = *state.steady_allocations;
    }
    for (const PanelPlace& panel : panels) {
        report["panels"][std::string(panel.name)] = panel.corners;
    }
    for (const ViewerState& viewer : state.viewers) {
        report[std::string(viewer.name)] = {{"compared", viewer.compared},
                                            {"different", viewer.different},
                                            {"missing", viewer.trouble}};
    }
    return report.dump(2) + "\n";
}

} // namespace parallax::demo
