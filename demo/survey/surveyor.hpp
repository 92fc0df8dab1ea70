// SPDX-License-Identifier: MIT
#pragma once

#include "process/reporting_process.hpp"
#include "process/stop_signal.hpp"
#include "survey/survey.hpp"
#include "survey/trials.hpp"

#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace parallax::demo::survey {

/// What is surveyed, and for how long.
struct SurveyOptions {
    std::string exporter;                    ///< only this one; empty: all
    std::string device;                      ///< as names_device() takes it; empty: all
    std::string format;                      ///< only this one; empty: all
    std::string import;                      ///< only this one; empty: all
    std::chrono::milliseconds time_limit{0}; ///< for everything
    std::chrono::milliseconds patience{0};   ///< for one trial
    TrialOptions trials;
};

/// Tries every combination, each device in another process: a driver that crashes or hangs costs
/// the trial that it was at.
///
/// To be used while this process has one thread; between two trials it may have others.
class Surveyor {
public:
    /// @param options, stop borrowed.
    Surveyor(const SurveyOptions& options, const StopSignal& stop)
        : options_(options),
          stop_(stop),
          end_(Clock::now() + options.time_limit) {}

    /// Finds the exporters and devices, and plans a trial for each combination.
    /// @throws UsageError when no exporter, or no device, is the one asked for.
    [[nodiscard]] Survey plan() const;

    /// Makes the trials.
    /// @param device_done called after each device.
    void make_trials(Survey& survey, const std::function<void()>& device_done) const;

private:
    using Clock = std::chrono::steady_clock;

    void find_devices(Survey& survey) const;
    void survey_device(SurveyedDevice& device, std::span<Trial> trials, Clock::time_point end,
                       std::size_t before, std::size_t all) const;
    [[nodiscard]] std::expected<std::size_t, Reasons>
    take_trials(ReportingProcess& process, std::span<Trial> trials, Clock::time_point end,
                const std::function<void(std::size_t)>& done) const;

    const SurveyOptions& options_;
    const StopSignal& stop_;
    Clock::time_point end_;
    Clock::time_point start_ = Clock::now();
};

} // namespace parallax::demo::survey
