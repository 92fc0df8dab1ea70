// SPDX-License-Identifier: MIT
#include "results.hpp"

#include <algorithm>

namespace parallax::bench {

void Results::add(const Case& measured, const std::string& step, double seconds) {
    const auto same = [&](const Row& row) {
        return row.work == measured.work && row.subject == measured.subject &&
               row.size == measured.size;
    };
    auto row = std::ranges::find_if(rows_, same);
    if (row == rows_.end()) {
        row = rows_.insert(
            rows_.end(),
            {.work = measured.work, .subject = measured.subject, .size = measured.size});
    }
    if (!row->seconds.contains(step)) {
        row->steps.push_back(step);
    }
    row->seconds[step].push_back(seconds);
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
    for (std::string step : steps.empty() ? row.steps : steps) {
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
