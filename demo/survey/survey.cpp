// SPDX-License-Identifier: MIT
#include "survey/survey.hpp"

#include "report/reasons.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <numeric>

namespace parallax::demo::survey {
namespace {

constexpr std::array outcome_names{
    OutcomeName{.outcome = Outcome::verified,
                .word = "verified",
                .sign = "✓",
                .meaning = "both sides read what the other wrote"},
    OutcomeName{.outcome = Outcome::differs,
                .word = "differs",
                .sign = "≠",
                .meaning = "a side reads something else than was written"},
    OutcomeName{.outcome = Outcome::refused,
                .word = "refused",
                .sign = "✕",
                .meaning = "the driver or the exporter refuses it"},
    OutcomeName{.outcome = Outcome::failed,
                .word = "failed",
                .sign = "!",
                .meaning = "a crash, a hang or a lost device"},
    OutcomeName{.outcome = Outcome::untried,
                .word = "not tried",
                .sign = "?",
                .meaning = "the time was over, or the run was stopped"},
    OutcomeName{.outcome = Outcome::absent,
                .word = "not there",
                .sign = "–",
                .meaning = "this machine does not have it"},
};

/// The order in which problems are listed.
int urgency(Outcome outcome) {
    switch (outcome) {
    case Outcome::differs:
        return 0;
    case Outcome::failed:
        return 1;
    case Outcome::refused:
        return 2;
    default:
        return 3;
    }
}

Problem& problem_of(std::vector<Problem>& found, Outcome outcome, const std::string& device,
                    const Reasons& reasons) {
    const auto known = std::ranges::find_if(found, [&](const Problem& problem) {
        return problem.outcome == outcome && problem.device == device && problem.reasons == reasons;
    });
    if (known != found.end()) {
        return *known;
    }
    return found.emplace_back(Problem{.outcome = outcome, .device = device, .reasons = reasons});
}

} // namespace

const std::array<OutcomeName, 6>& outcomes() noexcept {
    return outcome_names;
}

const OutcomeName& name_of(Outcome outcome) noexcept {
    return outcome_names[static_cast<std::size_t>(outcome)];
}

std::size_t Tally::all() const {
    return std::reduce(counts_.begin(), counts_.end());
}

std::vector<Outcome> Tally::present() const {
    std::vector<Outcome> found;
    for (const OutcomeName& name : outcomes()) {
        if (of(name.outcome) > 0) {
            found.push_back(name.outcome);
        }
    }
    return found;
}

std::string Tally::text() const {
    const std::string text = joined(present(), ", ", [this](Outcome outcome) {
        return text::format("{} {}", of(outcome), name_of(outcome).word);
    });
    return text.empty() ? "nothing" : text;
}

Tally tally(const std::vector<Trial>& trials) {
    Tally sum;
    for (const Trial& trial : trials) {
        sum.add(trial.outcome);
    }
    return sum;
}

Tally tally(const std::vector<const Trial*>& trials) {
    Tally sum;
    for (const Trial* trial : trials) {
        sum.add(trial->outcome);
    }
    return sum;
}

std::vector<const Trial*> trials_of(const Survey& survey, std::string_view exporter,
                                    std::string_view device, std::string_view import) {
    std::vector<const Trial*> found;
    for (const Trial& trial : survey.trials) {
        if (trial.of.exporter == exporter && trial.of.device == device &&
            trial.of.import == import) {
            found.push_back(&trial);
        }
    }
    return found;
}

std::string headline(const Survey& survey) {
    const Tally sum = tally(survey.trials);
    const std::size_t verified = sum.of(Outcome::verified);
    const std::size_t wrong = sum.of(Outcome::differs) + sum.of(Outcome::failed);
    if (sum.all() == 0) {
        return "Nothing can be shared on this machine";
    }
    if (verified == sum.all()) {
        return verified == 1 ? "The only combination works"
                             : text::format("All {} combinations work", verified);
    }
    const std::string works = text::format("{} of {} combinations work", verified, sum.all());
    return wrong == 0 ? works
                      : text::format("{}, {} {} wrong", works, wrong, wrong == 1 ? "goes" : "go");
}

void add_once(std::vector<std::string>& words, const std::string& word) {
    if (!std::ranges::contains(words, word)) {
        words.push_back(word);
    }
}

std::string Problem::where() const {
    return text::format("import {}; exporter {}; format {}", joined(imports), joined(exporters),
                        joined(formats));
}

Reasons explanation(const Trial& trial) {
    Reasons all = trial.reasons;
    for (const CheckResult& check : trial.checks) {
        if (check.different > 0) {
            all.push_back(text::format("{}: {} of {} pixels differ{}{}", check.sentence,
                                       check.different, check.compared,
                                       check.cause.empty() ? "" : "; ", check.cause));
        }
    }
    return all;
}

std::vector<Problem> problems(const Survey& survey) {
    std::vector<Problem> found;
    for (const Trial& trial : survey.trials) {
        if (trial.outcome == Outcome::verified || trial.outcome == Outcome::untried) {
            continue;
        }
        const Reasons reasons = of_any_format(explanation(trial), trial.of.format);
        Problem& problem =
            problem_of(found, trial.outcome, device_name(survey, trial.of.device), reasons);
        add_once(problem.imports, trial.of.import);
        add_once(problem.exporters, trial.of.exporter);
        add_once(problem.formats, trial.of.format);
        ++problem.count;
    }
    std::ranges::stable_sort(found, {},
                             [](const Problem& problem) { return urgency(problem.outcome); });
    return found;
}

const std::string& device_name(const Survey& survey, const std::string& id) {
    const auto found = std::ranges::find(survey.devices, id, &SurveyedDevice::id);
    return found == survey.devices.end() ? id : found->name;
}

} // namespace parallax::demo::survey
