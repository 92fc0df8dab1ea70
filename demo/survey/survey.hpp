// SPDX-License-Identifier: MIT
#pragma once

#include "report/verdict.hpp"

#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo::survey {

/// What became of a trial.
enum class Outcome {
    verified, ///< every check agrees
    differs,  ///< what one side reads is not what the other wrote
    refused,  ///< the driver or the exporter refuses, with reasons
    failed,   ///< it ended in a way that is nobody's answer: a crash, a hang, a lost device
    untried,  ///< the time was over, or it was stopped
    absent,   ///< this machine has no such exporter, device, format or import
};

/// An outcome in words and in a sign, so that it can be told without colours.
struct OutcomeName {
    Outcome outcome;
    std::string_view word; ///< "verified"; also in JSON
    std::string_view sign; ///< one character
    std::string_view meaning;
};

/// All of them, in their order.
[[nodiscard]] const std::array<OutcomeName, 6>& outcomes() noexcept;
[[nodiscard]] const OutcomeName& name_of(Outcome outcome) noexcept;

/// What is tried together.
struct Combination {
    std::string exporter; ///< name of a Source
    std::string device;   ///< id of a SurveyedDevice
    std::string format;   ///< "XRGB8888"
    std::string import;   ///< "modifier", "linear", "buffer"

    auto operator<=>(const Combination&) const = default;
};

/// A picture of what differs.
struct TitledPng {
    std::string title;
    std::string base64; ///< a PNG file
};

/// One check of a trial.
struct CheckResult {
    std::string sentence; ///< "CPU writes, GPU reads"
    std::uint64_t compared = 0;
    std::uint64_t different = 0;
    std::string cause; ///< of a difference, if one is known
};

/// One field of the matrix.
struct Trial {
    Combination of;
    Outcome outcome = Outcome::untried;
    Reasons reasons = {};           ///< why it was refused or failed, or was not tried
    std::uint64_t stride = 0;       ///< bytes; 0 where nothing was imported
    std::uint64_t layout_bytes = 0; ///< of the picture in memory
    std::uint64_t buffer_bytes = 0; ///< of the dma-buf
    std::string sync = {};          ///< how accesses are kept apart
    std::string access = {};        ///< of the CPU, where there are other ways than mmap
    std::vector<CheckResult> checks = {};
    std::vector<Lap> laps = {};
    std::vector<std::string> validation = {}; ///< messages of the validation layers
    std::vector<TitledPng> pictures = {};     ///< of the first check that differs; not in JSON
};

/// An exporter.
struct Source {
    std::string name; ///< as given to --exporter
    std::string summary;
    std::string problem; ///< why this machine has none; empty if it has
};

/// A Vulkan device.
struct SurveyedDevice {
    std::string id; ///< "1002:73bf radv": the same with another version of the driver
    std::string name;
    std::string driver;
    std::string type;
    std::string vulkan;
    Reasons refusals;      ///< why it cannot be used; empty if it can
    std::size_t index = 0; ///< in the order of Vulkan; not in JSON
};

/// The combinations that work on a machine, and those that do not. A value.
struct Survey {
    std::string program = {};       ///< version of parallax
    std::string date = {};          ///< "2026-11-26"
    std::vector<Fact> machine = {}; ///< model, kernel, processor, ...
    Extent extent = {};             ///< of the pictures
    Combination only = {};          ///< what was asked for; what is empty is everything
    std::string ended = {};         ///< why not everything was tried; empty if it was
    Reasons no_vulkan = {};         ///< empty if there is Vulkan
    std::vector<Source> sources = {};
    std::vector<SurveyedDevice> devices = {};
    std::vector<Trial> trials = {};
};

/// How many trials had which outcome.
class Tally {
public:
    void add(Outcome outcome) { ++counts_.at(static_cast<std::size_t>(outcome)); }
    [[nodiscard]] std::size_t of(Outcome outcome) const {
        return counts_.at(static_cast<std::size_t>(outcome));
    }
    [[nodiscard]] std::size_t all() const;
    /// The outcomes that there are, in their order.
    [[nodiscard]] std::vector<Outcome> present() const;
    /// "5 verified, 1 refused"; "nothing" if it is empty.
    [[nodiscard]] std::string text() const;

private:
    std::array<std::size_t, 6> counts_{};
};

[[nodiscard]] Tally tally(const std::vector<Trial>& trials);

/// The trials that an exporter and an import method have with a device: one for each format.
[[nodiscard]] std::vector<const Trial*> trials_of(const Survey& survey, std::string_view exporter,
                                                  std::string_view device, std::string_view import);
[[nodiscard]] Tally tally(const std::vector<const Trial*>& trials);

/// One sentence on what works.
[[nodiscard]] std::string headline(const Survey& survey);

/// Adds a word to a list that has each once.
void add_once(std::vector<std::string>& words, const std::string& word);

/// Trials that did not work for the same reasons.
struct Problem {
    Outcome outcome;
    std::string device; ///< name
    Reasons reasons;
    std::vector<std::string> imports = {};
    std::vector<std::string> exporters = {};
    std::vector<std::string> formats = {};
    std::size_t count = 0; ///< of trials

    /// "import modifier, linear; exporter system; format XRGB8888".
    [[nodiscard]] std::string where() const;
};

/// What differs first, then what failed and what was refused. What was not tried is no problem.
[[nodiscard]] std::vector<Problem> problems(const Survey& survey);

/// Of a device's id: its name, or the id if it is not in the survey.
[[nodiscard]] const std::string& device_name(const Survey& survey, const std::string& id);

/// Why a trial did not work: its reasons, and what its checks found.
[[nodiscard]] Reasons explanation(const Trial& trial);

/// Calls @p change with each text of the survey that others wrote: drivers, the kernel, messages.
void for_each_sentence(Survey& survey, const auto& change) {
    const auto all = [&change](Reasons& texts) {
        for (std::string& text : texts) {
            change(text);
        }
    };
    for (Fact& fact : survey.machine) {
        change(fact.value);
    }
    change(survey.only.device);
    all(survey.no_vulkan);
    for (Source& source : survey.sources) {
        change(source.problem);
    }
    for (SurveyedDevice& device : survey.devices) {
        change(device.name);
        change(device.driver);
        all(device.refusals);
    }
    for (Trial& trial : survey.trials) {
        all(trial.reasons);
        change(trial.sync);
        for (CheckResult& check : trial.checks) {
            change(check.cause);
        }
        all(trial.validation);
    }
}

} // namespace parallax::demo::survey
