// SPDX-License-Identifier: MIT
#include "results.hpp"

#include <algorithm>

namespace parallax::bench {

Results::Row& Results::row_of(const Case& measured) {
    const auto row = std::ranges::find_if(rows_, [&](const Row& candidate) {
        return candidate.work == measured.work && candidate.subject == measured.subject &&
               candidate.size == measured.size;
    });
    return row != rows_.end()
               ? *row
               : rows_.emplace_back(Row{
                     .work = measured.work, .subject = measured.subject, .size = measured.size});
}

void Results::add(const Case& measured, const std::string& step, double seconds) {
    Row& row = row_of(measured);
    if (!row.seconds.contains(step)) {
        row.steps.push_back(step);
    }
    row.seconds[step].push_back(seconds);
}

void Results::set_copied(const Case& measured, std::uint64_t bytes) {
    row_of(measured).copied = bytes;
}

void Results::arrange(const Cases& cases) {
    std::ranges::sort(rows_, {}, [&](const Row& row) {
        return std::ranges::find_if(cases,
                                    [&](const Case& of) {
                                        return of.work == row.work && of.subject == row.subject &&
                                               of.size == row.size;
                                    }) -
               cases.begin();
    });
}

const Results::Row* Results::find(const std::string& work, const std::string& subject,
                                  std::uint64_t size) const {
    const auto row = std::ranges::find_if(rows_, [&](const Row& candidate) {
        return candidate.work == work && candidate.subject == subject && candidate.size == size;
    });
    return row == rows_.end() ? nullptr : &*row;
}

std::optional<Summary> sum_of(const Results::Row& row, const std::vector<std::string>& steps) {
    std::vector<double> sums;
    for (const std::string& step : steps.empty() ? row.steps : steps) {
        const double sign = step.starts_with('-') ? -1 : 1;
        const auto samples = row.seconds.find(sign < 0 ? step.substr(1) : step);
        if (samples == row.seconds.end()) {
            return std::nullopt;
        }
        sums.resize(samples->second.size());
        for (std::size_t i = 0; i < sums.size(); ++i) {
            sums[i] += sign * samples->second[i];
        }
    }
    return summarise(sums);
}

} // namespace parallax::bench
