// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/comparison.hpp"
#include "parallax/error.hpp"
#include "parallax/image_layout.hpp"
#include "parallax/vulkan/gpu_turn.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parallax::demo {

/// One question put to the memory, and the answer.
struct Check {
    std::string name;     ///< for programs: "cpu_to_gpu"
    std::string sentence; ///< for people: "CPU writes, GPU reads"
    Comparison result;
};

/// How long one step took.
struct Step {
    std::string name;
    double milliseconds = 0;
};

/// What a run found out. A value; prints itself for people and for programs.
struct Verdict {
    std::string exporter;
    std::string device;
    std::string driver;
    std::string rung;
    Reasons refused; ///< why better rungs would not do
    std::optional<Synchronisation> synchronisation = std::nullopt; ///< if a GPU takes part
    ImageLayout layout;
    std::uint64_t buffer_size = 0; ///< bytes held
    bool decoy = false;
    Reasons missing; ///< views that were asked for and that this machine has not, and why
    std::vector<Check> checks;
    std::vector<Step> steps;

    /// Every check compared something and found no difference.
    [[nodiscard]] bool agree() const;
    [[nodiscard]] std::uint64_t compared() const;
    [[nodiscard]] std::uint64_t different() const;

    /// "same memory: ..." or "DIFFERENT: ...", one line.
    [[nodiscard]] std::string headline() const;
    [[nodiscard]] std::string text() const;
    [[nodiscard]] nlohmann::ordered_json json() const;
};

} // namespace parallax::demo
