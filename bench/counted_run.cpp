// SPDX-License-Identifier: MIT
#include "counted_run.hpp"

#include "parallax/write_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <format>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace parallax::bench {
namespace {

constexpr int turns = 4;
constexpr double tolerated_growth = 1.1;

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

nlohmann::ordered_json read_json(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) {
        return nlohmann::ordered_json::object();
    }
    return nlohmann::ordered_json::parse(stream);
}

} // namespace

bool counting_begins() {
    constexpr std::uint64_t loops = 1'000'000;
    constexpr int in_a_row = 8;
    constexpr int patience = 40;
    for (int i = 0; i < patience; ++i) {
        Steps steps;
        for (int j = 0; j < in_a_row; ++j) {
            steps.time("loop", [] { spend_instructions(loops); });
        }
        const double cost = steps.total().count() * 1e9 / (2 * loops * in_a_row);
        if (cost > 0.99 && cost < 1.05) { // interrupts come in between
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
        Turn turn = one.begin();
        for (int i = 0; i < turns; ++i) {
            Steps steps;
            turn(steps);
            for (const Step& step : steps.all()) {
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

Counts load_counts(const std::filesystem::path& file, const std::string& kernel) {
    const nlohmann::ordered_json all = read_json(file);
    if (!all.contains(kernel)) {
        throw std::runtime_error(
            std::format("{} has no figures for kernel {}", file.string(), kernel));
    }
    return all[kernel].get<Counts>();
}

void save_counts(const std::filesystem::path& file, const std::string& kernel,
                 const Counts& counts) {
    nlohmann::ordered_json all = read_json(file);
    all[kernel] = counts;
    write_file(file, all.dump(2) + "\n");
}

std::vector<Growth> find_growth(const Counts& before, const Counts& now) {
    std::vector<Growth> grown;
    for (const auto& [name, steps] : now) {
        for (const auto& [step, count] : steps) {
            const auto known = before.find(name);
            const bool missing = known == before.end() || !known->second.contains(step);
            const std::uint64_t then = missing ? 0 : known->second.at(step);
            if (static_cast<double>(count) > tolerated_growth * static_cast<double>(then)) {
                grown.push_back({std::format("{} {}", name, step), then, count});
            }
        }
    }
    return grown;
}

} // namespace parallax::bench
