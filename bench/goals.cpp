// SPDX-License-Identifier: MIT
#include "goals.hpp"

#include "source.hpp"
#include "suite.hpp"

#include "parallax/text.hpp"

#include <algorithm>

namespace parallax::bench {
namespace {

constexpr std::uint64_t goal_bytes = std::uint64_t{64} << 20;
constexpr std::uint64_t goal_side = 2048;

using StepNames = std::vector<std::string>;

/// "@p slower takes at least @p factor times as long as @p faster".
struct AtLeast {
    std::string work;
    std::string wanted;
    std::string cases; ///< Case::work
    std::uint64_t size;
    StepNames steps;
    std::string faster;
    std::string slower;
    double factor;
};

const std::vector<AtLeast> comparisons{
    {"map and first touch, 64 MiB", "10x faster than the system heap", "buffer", goal_bytes,
     map_and_touch, source_name::ours, source_name::system, 10},
    {"map and first touch, 64 MiB", "20x faster than udmabuf", "buffer", goal_bytes, map_and_touch,
     source_name::ours, source_name::udmabuf, 20},
    {"unmap and close, 64 MiB",
     "2.5x faster than the system heap",
     "buffer",
     goal_bytes,
     {"unmap", "close"},
     source_name::ours,
     source_name::system,
     2.5},
    {"allocate 64 MiB, pool warm",
     "20x faster than the system heap",
     "buffer",
     goal_bytes,
     {"allocate"},
     source_name::ours_pool,
     source_name::system,
     20},
    {"allocate 64 MiB, no pool",
     "not slower than the system heap",
     "buffer",
     goal_bytes,
     {"allocate"},
     source_name::ours,
     source_name::system,
     1},
    {"CPU writes 64 MiB",
     "0.98x of anonymous memory",
     "bandwidth",
     goal_bytes,
     {"write"},
     source_name::ours,
     "anonymous",
     0.98},
    {"CPU reads 64 MiB",
     "0.98x of anonymous memory",
     "bandwidth",
     goal_bytes,
     {"read"},
     source_name::ours,
     "anonymous",
     0.98},
    {"frames of 2048x2048",
     "1.5x as many as by staging",
     "frame",
     goal_side,
     {},
     imported_ours,
     "staging",
     1.5},
    // All steps but drawing, which takes long only where a processor draws.
    {"frames of 2048x2048, all but drawing",
     "1.5x faster than by staging",
     "frame",
     goal_side,
     {"write", "upload", "submit"},
     imported_ours,
     "staging",
     1.5},
};

Judgement judge(const Summary& slower, const Summary& faster, double factor) {
    if (slower.median >= factor * faster.median) {
        return Judgement::met;
    }
    return slower.upper >= factor * faster.lower ? Judgement::within_noise : Judgement::missed;
}

void judge(const Results& results, const AtLeast& goal, std::vector<Goal>& goals) {
    const Results::Row* const slower = results.find(goal.cases, goal.slower, goal.size);
    const Results::Row* const faster = results.find(goal.cases, goal.faster, goal.size);
    if (slower == nullptr || faster == nullptr) {
        return;
    }
    const auto slow = sum_of(*slower, goal.steps);
    const auto fast = sum_of(*faster, goal.steps);
    if (slow && fast) {
        goals.push_back(
            {goal.work, goal.wanted, ratio(*slow, *fast).text(), judge(*slow, *fast, goal.factor)});
    }
}

Summary scaled(Summary summary, double factor) {
    for (double* value : {&summary.lower, &summary.median, &summary.upper}) {
        *value *= factor;
    }
    return summary;
}

/// Eight times the memory may take eight times as long, plus 10 %.
void judge_growth(const Results& results, const std::string& work, const std::string& what,
                  const StepNames& steps, std::vector<Goal>& goals) {
    constexpr double slack = 1.1;
    const Results::Row* const small = results.find(work, source_name::ours, goal_bytes);
    if (small == nullptr) {
        return;
    }
    for (const Results::Row& large : results.rows()) {
        if (large.work != work || large.subject != source_name::ours || large.size <= goal_bytes) {
            continue;
        }
        const auto few = sum_of(*small, steps);
        const auto many = sum_of(large, steps);
        if (few && many) {
            const auto times = static_cast<double>(large.size) / static_cast<double>(goal_bytes);
            goals.push_back({text::format("{}, 64 MiB to {} MiB", what, large.size >> 20),
                             text::format("at most linear ({:.0f}x)", times),
                             text::format("{:.1f}x", many->median / few->median),
                             judge(scaled(*few, times * slack), *many, 1)});
        }
    }
}

/// A write of a hundredth of a frame costs the CPU a hundredth of the whole, and SYNC, which has no
/// range.
void judge_hundredth(const Results& results, std::vector<Goal>& goals) {
    constexpr double share = 0.03;
    for (const Results::Row& part : results.rows()) {
        const Results::Row* const whole = results.find(whole_frame.work, imported_ours, part.size);
        if (part.work != hundredth_of_frame.work || part.subject != imported_ours ||
            whole == nullptr) {
            continue;
        }
        const auto all = sum_of(*whole, {"write"});
        const auto some = sum_of(part, {"write"});
        if (all && some) {
            goals.push_back({text::format("CPU writes 1 % of a frame of {0}x{0}", part.size),
                             text::format("at most {:.0f} % of the whole", share * 100),
                             text::format("{:.1f} %", some->median / all->median * 100),
                             judge(scaled(*all, share), *some, 1)});
        }
    }
}

} // namespace

std::vector<Goal> judge_goals(const Results& results) {
    std::vector<Goal> goals;
    for (const AtLeast& goal : comparisons) {
        judge(results, goal, goals);
    }
    judge_growth(results, "buffer", "map and first touch", {"map", "first touch"}, goals);
    judge_hundredth(results, goals);
    judge_growth(results, "import", "Vulkan import and first read", {"import", "first read"},
                 goals);
    return goals;
}

std::string to_text(Judgement judgement) {
    switch (judgement) {
    case Judgement::met:
        return "met";
    case Judgement::within_noise:
        return "within the noise";
    case Judgement::missed:
        return "missed";
    }
    return {};
}

} // namespace parallax::bench
