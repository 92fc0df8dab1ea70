// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace parallax::bench {

using Seconds = std::chrono::duration<double>;

/// One timed part of an iteration.
struct Timing {
    std::string_view name; ///< a literal
    Seconds time{};
};

/// The timed steps of one iteration of a case, in their order. Work between them is not timed.
class Timings {
public:
    void add(std::string_view name, Seconds time) { timings_.push_back({name, time}); }

    /// Runs @p work and adds its time.
    template <typename Work>
    decltype(auto) time(std::string_view name, Work&& work) {
        const Timer timer{*this, name, Clock::now()};
        return std::forward<Work>(work)();
    }

    /// Adds bytes that were copied, without the CPU's writes.
    void copy(std::uint64_t bytes) noexcept { copied_ += bytes; }
    [[nodiscard]] std::uint64_t copied() const noexcept { return copied_; }

    [[nodiscard]] const std::vector<Timing>& all() const noexcept { return timings_; }

    [[nodiscard]] Seconds total() const {
        Seconds sum{};
        for (const Timing& step : timings_) {
            sum += step.time;
        }
        return sum;
    }

private:
    using Clock = std::chrono::steady_clock;

    struct Timer {
        Timings& timings;
        std::string_view name;
        Clock::time_point start;

        Timer(Timings& to, std::string_view what, Clock::time_point now)
            : timings(to),
              name(what),
              start(now) {}
        Timer(const Timer&) = delete;
        Timer& operator=(const Timer&) = delete;
        ~Timer() { timings.add(name, Clock::now() - start); }
    };

    std::vector<Timing> timings_;
    std::uint64_t copied_ = 0;
};

} // namespace parallax::bench
