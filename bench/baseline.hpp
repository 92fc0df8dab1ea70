// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::bench {

/// Instructions of each step of each case: counts["buffer/exporter/64M"]["allocate"].
using Counts = std::map<std::string, std::map<std::string, std::uint64_t>>;

/// Stored costs of each kernel, by the first two numbers of its version; a JSON file. A value.
class Baseline {
public:
    Baseline() = default; ///< of no kernel

    /// @param name of the text, for messages.
    /// @throws std::runtime_error with the error, if it is not in the format of text().
    [[nodiscard]] static Baseline parse(std::string_view json, const std::string& name);
    /// @throws std::runtime_error the same, or with the reason why the file cannot be read.
    [[nodiscard]] static Baseline load(const std::filesystem::path& file);

    /// The costs of a kernel; null if there are none.
    [[nodiscard]] const Counts* find(const std::string& kernel) const;
    /// Replaces those of one kernel and leaves the others.
    void set(const std::string& kernel, Counts counts) { kernels_[kernel] = std::move(counts); }
    /// Replaces only those of the cases that are in @p some.
    void update(const std::string& kernel, const Counts& some);

    /// As JSON, one case a line.
    [[nodiscard]] std::string text() const;

    bool operator==(const Baseline&) const = default;

private:
    std::map<std::string, Counts> kernels_;
};

/// A step that costs over 10 % more than its stored cost, or has none.
struct Growth {
    std::string what; ///< "buffer/exporter/64M allocate"
    std::uint64_t before = 0;
    std::uint64_t now = 0;
};

[[nodiscard]] std::vector<Growth> find_growth(const Counts& before, const Counts& now);

} // namespace parallax::bench
