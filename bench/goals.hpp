// SPDX-License-Identifier: MIT
#pragma once

#include "results.hpp"

#include <string>
#include <vector>

namespace parallax::bench {

/// The time to map and touch, less that of the loop over the pages.
inline const std::vector<std::string> map_and_touch{"map", "first touch", "-touch again"};

enum class Judgement {
    met,
    within_noise, ///< the goal lies within the spread of the repetitions
    missed,
};

/// A performance goal, and the result measured for it.
struct Goal {
    std::string work;
    std::string wanted;
    std::string measured;
    Judgement judgement;
};

/// The goals of which the run measured both sides.
[[nodiscard]] std::vector<Goal> judge_goals(const Results& results);

[[nodiscard]] std::string to_text(Judgement judgement);

} // namespace parallax::bench
