// SPDX-License-Identifier: MIT
#include "survey/surveyor.hpp"

#include "process/exit_status.hpp"
#include "report/progress.hpp"
#include "survey/json.hpp"
#include "survey/this_machine.hpp"

#include "exporters/exporters.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/import/plan.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace parallax::demo::survey {
namespace {

using Json = nlohmann::ordered_json;
using Send = ReportingProcess::Send;
using End = ReportingProcess::End;

bool is_wanted(std::string_view wish, std::string_view name) {
    return wish.empty() || wish == name;
}

// Messages of the other processes, one a line.

/// Each device with its index, or why there are none.
void report_devices(const Send& send) {
    const auto instance = Instance::create({});
    if (!instance) {
        send(Json{{"no_vulkan", instance.error()}}.dump());
        return;
    }
    try {
        const std::vector<SurveyedDevice> devices = devices_of(*instance);
        for (const SurveyedDevice& device : devices) {
            send(Json{{"device", json_of(device)}, {"index", device.index}}.dump());
        }
        if (!devices.empty()) {
            return;
        }
    } catch (const vk::SystemError&) { // told below
    }
    send(Json{{"no_vulkan", usable_devices(*instance, "").refusals}}.dump());
}

void take_devices(Survey& survey, const std::string& line) {
    const Json message = Json::parse(line);
    if (message.contains("no_vulkan")) {
        survey.no_vulkan = message["no_vulkan"].get<Reasons>();
        return;
    }
    SurveyedDevice device = device_from(message.at("device"));
    device.index = message.at("index").get<std::size_t>();
    survey.devices.push_back(std::move(device));
}

/// Why the device cannot be opened, or nothing; then each trial, up to one that failed.
void report_trials(const SurveyedDevice& device, std::span<const Trial> trials,
                   const TrialOptions& options, const Send& send) {
    auto bench = TrialBench::open(device, options);
    send(Json(bench ? Reasons() : bench.error()).dump());
    for (const Trial& planned : trials) {
        if (!bench || bench->is_worn_out()) {
            return;
        }
        const Trial made = bench->make(planned.of);
        Json message = json_of(made);
        message["pictures"] = Json::array();
        for (const TitledPng& picture : made.pictures) {
            message["pictures"].push_back(json_of(picture));
        }
        send(message.dump());
    }
}

Trial take_trial(const std::string& line) {
    const Json message = Json::parse(line);
    Trial trial = trial_from(message);
    for (const Json& picture : message.at("pictures")) {
        trial.pictures.push_back(picture_from(picture));
    }
    return trial;
}

/// Why a process has sent no more, if that is a failure of what it was at.
std::string failure_text(const ReportingProcess& process, End end,
                         std::chrono::milliseconds patience) {
    switch (end) {
    case End::died:
        return text::format("the process {}, in a driver or the kernel", process.trouble());
    case End::done:
        return "the process ended before it was done";
    default:
        return text::format("it did not end within {} and was killed: a driver or the kernel hangs",
                            std::chrono::duration_cast<std::chrono::seconds>(patience));
    }
}

/// What is left of a device's trials, where it cannot be opened.
/// @param any_made some of them were made before that.
void leave_out(SurveyedDevice& device, std::span<Trial> trials, const Reasons& why, bool any_made) {
    for (Trial& trial : trials) {
        trial.outcome = any_made ? Outcome::failed : Outcome::absent;
        trial.reasons = why;
    }
    if (!any_made) {
        device.refusals = why;
    }
}

/// One format of all exporters after the other, so that the first is whole if the time is over.
std::vector<Combination> combinations(const Survey& survey, const SurveyOptions& options) {
    std::vector<Combination> all;
    for (const SurveyedDevice& device : survey.devices) {
        for (const std::uint32_t fourcc : rgb_fourccs()) {
            for (const Source& source : survey.sources) {
                for (const ImportMethod method : all_import_methods) {
                    const Combination of{.exporter = source.name,
                                         .device = device.id,
                                         .format = std::string(format_of(fourcc).name),
                                         .import = std::string(import_method_name(method))};
                    if (source.problem.empty() && device.refusals.empty() &&
                        is_wanted(options.format, of.format) &&
                        is_wanted(options.import, of.import)) {
                        all.push_back(of);
                    }
                }
            }
        }
    }
    return all;
}

std::vector<Source> wanted_sources(const std::string& wish) {
    std::vector<Source> sources = sources_here();
    std::erase_if(sources, [&](const Source& source) { return !is_wanted(wish, source.name); });
    if (sources.empty()) { // one that is not listed: another device of a kind, or a given buffer
        if (const std::string refusal = refuse_exporter_name(wish); !refusal.empty()) {
            throw UsageError(refusal);
        }
        sources.push_back(source_of(wish, "as asked for"));
    }
    return sources;
}

/// @throws UsageError when there are devices, and none is the one asked for.
void keep_wanted_devices(std::vector<SurveyedDevice>& devices, const std::string& wish) {
    const std::string names = joined(devices, ", ", [](const SurveyedDevice& device) {
        return text::format("{} ({})", device.index, device.name);
    });
    std::erase_if(devices, [&wish](const SurveyedDevice& device) {
        return !names_device(wish, device.index, device.name);
    });
    if (devices.empty() && !names.empty()) {
        throw UsageError(text::format("--device: there is no device '{}'; there are {}",
                                      printable(wish), names));
    }
}

} // namespace

Survey Surveyor::plan() const {
    Survey survey{.extent = options_.trials.picture.extent(),
                  .only = {.exporter = options_.exporter,
                           .device = options_.device,
                           .format = options_.format,
                           .import = options_.import},
                  .sources = wanted_sources(options_.exporter)};
    find_devices(survey);
    if (!options_.device.empty()) {
        keep_wanted_devices(survey.devices, options_.device);
    }
    for (Combination& of : combinations(survey, options_)) {
        survey.trials.push_back({.of = std::move(of)});
    }
    return survey;
}

void Surveyor::find_devices(Survey& survey) const {
    ReportingProcess process(report_devices);
    for (;;) {
        const auto line = process.next(Clock::now() + options_.patience, {.fd = stop_.fd()});
        if (line) {
            take_devices(survey, *line);
            continue;
        }
        if (line.error() == End::died || line.error() == End::late) {
            survey.devices.clear();
            survey.no_vulkan = {"the Vulkan drivers could not be asked for their devices: " +
                                failure_text(process, line.error(), options_.patience)};
        }
        return;
    }
}

void Surveyor::make_trials(Survey& survey, const std::function<void()>& device_done) const {
    std::span<Trial> left = survey.trials;
    std::ptrdiff_t devices = std::ranges::count_if(
        survey.devices, [](const SurveyedDevice& device) { return device.refusals.empty(); });
    for (SurveyedDevice& device : survey.devices) {
        const auto last = std::ranges::find_if(
            left, [&device](const Trial& trial) { return trial.of.device != device.id; });
        const auto own = left.first(static_cast<std::size_t>(last - left.begin()));
        if (own.empty()) {
            continue;
        }
        // A device that hangs again and again leaves the others their part of the time.
        const Clock::time_point end = Clock::now() + (end_ - Clock::now()) / devices--;
        survey_device(device, own, end, survey.trials.size() - left.size(), survey.trials.size());
        left = left.subspan(own.size());
        device_done();
    }
    std::erase_if(survey.trials,
                  [](const Trial& trial) { return trial.outcome == Outcome::absent; });
}

/// @param before number of trials of other devices, which are over.
/// @param all    number of trials of all devices.
void Surveyor::survey_device(SurveyedDevice& device, std::span<Trial> trials, Clock::time_point end,
                             std::size_t before, std::size_t all) const {
    std::size_t made = 0;
    while (made < trials.size() && !stop_.raised() && Clock::now() < end) {
        const auto left = trials.subspan(made);
        ReportingProcess process(
            [&](const Send& send) { report_trials(device, left, options_.trials, send); });
        // After the process, since it starts a thread.
        Progress progress("combinations", {.all = all, .start = start_});
        progress.done(before + made);
        const auto some = take_trials(
            process, left, end, [&](std::size_t count) { progress.done(before + made + count); });
        if (!some) {
            leave_out(device, left, some.error(), made > 0);
            return;
        }
        made += *some;
    }
}

/// @return the number of trials that are over: all, or fewer if the process ended or time is over;
///         or why the device cannot be opened.
std::expected<std::size_t, Reasons>
Surveyor::take_trials(ReportingProcess& process, std::span<Trial> trials, Clock::time_point end,
                      const std::function<void(std::size_t)>& done) const {
    const auto next = [&] {
        return process.next(std::min(Clock::now() + options_.patience, end), {.fd = stop_.fd()});
    };
    const auto is_over = [&](End ending) {
        return ending == End::interrupted || (ending == End::late && Clock::now() >= end);
    };
    const auto opened = next();
    if (!opened && is_over(opened.error())) {
        return 0;
    }
    const auto refusals = opened
                              ? Json::parse(*opened).get<Reasons>()
                              : Reasons{"opening it failed: " +
                                        failure_text(process, opened.error(), options_.patience)};
    if (!refusals.empty()) {
        return std::unexpected(refusals);
    }
    for (std::size_t count = 0; count < trials.size(); ++count) {
        const auto line = next();
        if (!line && (is_over(line.error()) || (line.error() == End::done && count > 0))) {
            return count;
        }
        if (!line) {
            trials[count].outcome = Outcome::failed;
            trials[count].reasons = {failure_text(process, line.error(), options_.patience)};
            return count + 1;
        }
        trials[count] = take_trial(*line);
        done(count + 1);
    }
    return trials.size();
}

} // namespace parallax::demo::survey
