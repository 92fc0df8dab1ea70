// SPDX-License-Identifier: MIT
#pragma once

#include "case.hpp"
#include "statistics.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace parallax::bench {

/// What was measured: of every case, for each step, seconds a turn, one sample a repetition.
class Results {
public:
    struct Row {
        std::string work;
        std::string subject;
        std::uint64_t size = 0;
        std::vector<std::string> steps; ///< in their order
        std::map<std::string, std::vector<double>> seconds;
        std::uint64_t copied = 0; ///< bytes a turn, besides what the CPU wrote
    };

    /// Adds one repetition's mean time of a step.
    void add(const Case& measured, const std::string& step, double seconds);

    /// Notes how much a turn of it copied.
    void set_copied(const Case& measured, std::uint64_t bytes);

    /// Puts the rows into the order of @p cases, whatever the order in which they were measured.
    void arrange(const Cases& cases);

    [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }

    [[nodiscard]] const Row* find(const std::string& work, const std::string& subject,
                                  std::uint64_t size) const;

private:
    Row& row_of(const Case& measured);

    std::vector<Row> rows_;
};

/// The sum of some steps in each repetition, all steps if none is named. A name that begins with
/// '-' is taken away: {"map", "first touch", "-touch again"}.
/// @return nothing if the row lacks one of the steps.
[[nodiscard]] std::optional<Summary> sum_of(const Results::Row& row,
                                            const std::vector<std::string>& steps = {});

} // namespace parallax::bench
