// SPDX-License-Identifier: MIT
#include "counted_run.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <format>
#include <stdexcept>
#include <thread>

namespace parallax::bench {
namespace {

constexpr int iterations = 4;

/// A loop of exactly @p loops times two instructions.
void spend_instructions(std::uint64_t loops) {
#if defined(__x86_64__)
    __asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(loops) : : "cc");
#else
    throw std::runtime_error("counting is only known on x86-64");
#endif
}

std::uint64_t nanoseconds(Seconds time) {
    return static_cast<std::uint64_t>(std::llround(time.count() * 1e9));
}

} // namespace

bool counting_begins() {
    constexpr std::uint64_t loops = 1'000'000;
    constexpr int in_a_row = 8;
    constexpr int patience = 40;
    for (int i = 0; i < patience; ++i) {
        Timings timings;
        for (int j = 0; j < in_a_row; ++j) {
            timings.time("loop", [] { spend_instructions(loops); });
        }
        const double cost = timings.total().count() * 1e9 / (2 * loops * in_a_row);
        if (cost > 0.99 && cost < 1.05) { // including interrupts
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
}

Counts count_instructions(
    const Cases& cases,
    const std::function<void(const std::string& name,
                             const std::map<std::string, std::uint64_t>& costs)>& told) {
    Counts counts;
    for (const Case& one : cases) {
        std::map<std::string, std::uint64_t>& least = counts[one.name()];
        Iteration iteration = one.begin();
        for (int i = 0; i < iterations; ++i) {
            Timings timings;
            iteration(timings);
            for (const Timing& step : timings.all()) {
                const auto [known, first] =
                    least.try_emplace(std::string(step.name), nanoseconds(step.time));
                known->second = std::min(known->second, nanoseconds(step.time));
            }
        }
        told(one.name(), least);
    }
    return counts;
}

Results to_results(const Cases& cases, const Counts& counts) {
    Results results;
    for (const Case& one : cases) {
        for (const auto& [step, count] : counts.at(one.name())) {
            results.add(one, step, static_cast<double>(count) * 1e-9);
        }
    }
    return results;
}

} // namespace parallax::bench
