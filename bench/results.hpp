// SPDX-License-Identifier: MIT
#pragma once

#include "case.hpp"
#include "statistics.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace parallax::bench {

/// The samples of a run: for each case, step and repetition, the seconds per iteration.
class Results {
public:
    struct Row {
        std::string work;
        std::string subject;
        std::uint64_t size = 0;
        std::vector<std::string> steps; ///< in their order
        std::map<std::string, std::vector<double>> seconds;
        std::uint64_t copied = 0; ///< bytes copied per iteration, without the CPU's writes
    };

    /// Adds one repetition's mean time of a step.
    void add(const Case& measured, const std::string& step, double seconds);

    /// Sets the bytes that an iteration copied.
    void set_copied(const Case& measured, std::uint64_t bytes);

    /// Sorts the rows into the order of @p cases.
    void arrange(const Cases& cases);

    [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }

    [[nodiscard]] const Row* find(const std::string& work, const std::string& subject,
                                  std::uint64_t size) const;

private:
    Row& row_of(const Case& measured);

    std::vector<Row> rows_;
};

/// The sum of some steps in each repetition, of all steps if none is named. A step whose name
/// begins with '-' is subtracted: {"map", "first touch", "-touch again"}.
/// @return nothing if the row lacks one of the steps.
[[nodiscard]] std::optional<Summary> sum_of(const Results::Row& row,
                                            const std::vector<std::string>& steps = {});

} // namespace parallax::bench
