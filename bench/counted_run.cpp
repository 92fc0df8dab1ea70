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
void spend_instructions([[maybe_unused]] std::uint64_t loops) {
#if defined(__x86_64__)
    __asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(loops) : : "cc");
#else
    throw std::runtime_error("counting is only known on x86-64");
#endif
}

/// The same of four instructions, one of which takes a processor, or its emulation, much longer
/// than the others.
void spend_slow_instructions([[maybe_unused]] std::uint64_t loops) {
#if defined(__x86_64__)
    __asm__ volatile("1: xor %%eax, %%eax; cpuid; dec %0; jnz 1b"
                     : "+r"(loops)
                     :
                     : "rax", "rbx", "rcx", "rdx", "cc");
#else
    throw std::runtime_error("counting is only known on x86-64");
#endif
}

/// True if the clock advances by one nanosecond an instruction, interrupts included.
bool counts(void (*spend)(std::uint64_t), std::uint64_t loops, int instructions) {
    constexpr int in_a_row = 8;
    Timings timings;
    for (int i = 0; i < in_a_row; ++i) {
        timings.time("loop", [&] { spend(loops); });
    }
    const double spent = static_cast<double>(loops) * instructions * in_a_row;
    const double cost = timings.total().count() * 1e9 / spent;
    return cost > 0.99 && cost < 1.05;
}

std::uint64_t nanoseconds(Seconds time) {
    return static_cast<std::uint64_t>(std::llround(time.count() * 1e9));
}

} // namespace

bool counting_begins() {
    constexpr int patience = 40;
    for (int i = 0; i < patience; ++i) {
        // A clock that measures time may agree with one of them by chance.
        if (counts(spend_instructions, 1'000'000, 2) &&
            counts(spend_slow_instructions, 500'000, 4)) {
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
