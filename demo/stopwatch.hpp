// SPDX-License-Identifier: MIT
#pragma once

#include "verdict.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace parallax::demo {

/// Measures the steps of a run, one after the other.
class Stopwatch {
public:
    /// Ends the step that has been going on since the last lap.
    void lap(std::string name) {
        const auto now = Clock::now();
        steps_.push_back(
            {.name = std::move(name),
             .milliseconds = std::chrono::duration<double, std::milli>(now - last_).count()});
        last_ = now;
    }

    [[nodiscard]] const std::vector<Step>& steps() const noexcept { return steps_; }

private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point last_ = Clock::now();
    std::vector<Step> steps_;
};

} // namespace parallax::demo
