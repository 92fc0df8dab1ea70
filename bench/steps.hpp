// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace parallax::bench {

using Seconds = std::chrono::duration<double>;

/// One timed part of a turn.
struct Step {
    std::string_view name; ///< a literal
    Seconds time{};
};

/// The timed steps of one turn of a case, in their order. What is done between them is not timed.
class Steps {
public:
    void add(std::string_view name, Seconds time) { steps_.push_back({name, time}); }

    /// Runs @p work and adds the time that it took.
    template <typename Work>
    decltype(auto) time(std::string_view name, Work&& work) {
        const Timer timer{*this, name, Clock::now()};
        return std::forward<Work>(work)();
    }

    /// Says that so many bytes were copied, besides what the CPU wrote itself.
    void copy(std::uint64_t bytes) noexcept { copied_ += bytes; }
    [[nodiscard]] std::uint64_t copied() const noexcept { return copied_; }

    [[nodiscard]] const std::vector<Step>& all() const noexcept { return steps_; }

    [[nodiscard]] Seconds total() const {
        Seconds sum{};
        for (const Step& step : steps_) {
            sum += step.time;
        }
        return sum;
    }

private:
    using Clock = std::chrono::steady_clock;

    struct Timer {
        Steps& steps;
        std::string_view name;
        Clock::time_point start;

        Timer(Steps& to, std::string_view what, Clock::time_point now)
            : steps(to),
              name(what),
              start(now) {}
        Timer(const Timer&) = delete;
        Timer& operator=(const Timer&) = delete;
        ~Timer() { steps.add(name, Clock::now() - start); }
    };

    std::vector<Step> steps_;
    std::uint64_t copied_ = 0;
};

} // namespace parallax::bench
