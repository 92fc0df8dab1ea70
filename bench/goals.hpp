// SPDX-License-Identifier: MIT
#pragma once

#include "results.hpp"

#include <string>
#include <vector>

namespace parallax::bench {

enum class Judgement {
    met,
    within_noise, ///< the goal lies within what the repetitions differ by
    missed,
};

/// What this project wants to be true of itself, and what a run says about it.
struct Goal {
    std::string work;
    std::string wanted;
    std::string measured;
    Judgement judgement;
};

/// Those goals that the run measured both sides of.
[[nodiscard]] std::vector<Goal> judge_goals(const Results& results);

[[nodiscard]] std::string to_text(Judgement judgement);

} // namespace parallax::bench
