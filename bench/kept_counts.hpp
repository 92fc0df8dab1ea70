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

/// Counted costs of each kernel, by the first two numbers of its version, as a JSON file keeps
/// them. A value.
class KeptCounts {
public:
    KeptCounts() = default; ///< of no kernel

    /// @param name stands for the text in messages.
    /// @throws std::runtime_error with what is wrong, if it is not what text() writes.
    [[nodiscard]] static KeptCounts parse(std::string_view json, const std::string& name);
    /// @throws std::runtime_error the same, or why the file cannot be read.
    [[nodiscard]] static KeptCounts load(const std::filesystem::path& file);

    /// Null if there are none of that kernel.
    [[nodiscard]] const Counts* find(const std::string& kernel) const;
    /// Replaces those of one kernel and leaves the others.
    void set(const std::string& kernel, Counts counts) { kernels_[kernel] = std::move(counts); }

    /// As JSON.
    [[nodiscard]] std::string text() const;

    bool operator==(const KeptCounts&) const = default;

private:
    std::map<std::string, Counts> kernels_;
};

/// A step that costs more than before, by more than a tenth; or is not known yet.
struct Growth {
    std::string what; ///< "buffer/exporter/64M allocate"
    std::uint64_t before = 0;
    std::uint64_t now = 0;
};

[[nodiscard]] std::vector<Growth> find_growth(const Counts& before, const Counts& now);

} // namespace parallax::bench
