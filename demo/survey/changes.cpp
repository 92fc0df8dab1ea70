// SPDX-License-Identifier: MIT
#include "survey/changes.hpp"

#include "report/reasons.hpp"
#include "report/wrapped.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace parallax::demo::survey {
namespace {

using Json = nlohmann::ordered_json;

/// The more, the better; the same for outcomes of which none is better.
int worth(Outcome outcome) {
    switch (outcome) {
    case Outcome::verified:
        return 3;
    case Outcome::refused:
    case Outcome::absent:
        return 2;
    case Outcome::failed:
        return 1;
    default:
        return 0; // a wrong picture that nobody reports is the worst
    }
}

using Trials = std::map<Combination, const Trial*>;

Trials by_combination(const Survey& survey) {
    Trials found;
    for (const Trial& trial : survey.trials) {
        found.emplace(trial.of, &trial);
    }
    return found;
}

/// True if the survey was asked for something else (--exporter, --device, --format, --import).
bool is_left_out(const Survey& survey, const Combination& of) {
    const auto other = [](const std::string& wish, const std::string& name) {
        return !wish.empty() && wish != name;
    };
    return other(survey.only.exporter, of.exporter) || other(survey.only.format, of.format) ||
           other(survey.only.import, of.import) ||
           (!survey.only.device.empty() &&
            !std::ranges::contains(survey.devices, of.device, &SurveyedDevice::id));
}

/// What the survey says of a combination that it has no trial of.
Trial absent_trial(const Survey& survey, const Combination& of) {
    if (is_left_out(survey, of)) {
        return {.of = of, .outcome = Outcome::untried};
    }
    Trial trial{.of = of, .outcome = Outcome::absent};
    const auto source = std::ranges::find(survey.sources, of.exporter, &Source::name);
    if (source != survey.sources.end() && !source->problem.empty()) {
        trial.reasons.push_back(source->problem);
    }
    const auto device = std::ranges::find(survey.devices, of.device, &SurveyedDevice::id);
    if (device != survey.devices.end()) {
        trial.reasons.insert(trial.reasons.end(), device->refusals.begin(), device->refusals.end());
    }
    return trial;
}

/// The combinations of both, in the order of the new one.
std::vector<Combination> all_combinations(const Survey& before, const Survey& after) {
    std::vector<Combination> all;
    std::set<Combination> known;
    for (const Survey* survey : {&after, &before}) {
        for (const Trial& trial : survey->trials) {
            if (known.insert(trial.of).second) {
                all.push_back(trial.of);
            }
        }
    }
    return all;
}

void add(std::vector<Change>& list, Change change, const std::string& format) {
    const auto alike = std::ranges::find_if(list, [&](const Change& known) {
        return known.exporter == change.exporter && known.device == change.device &&
               known.import == change.import && known.before == change.before &&
               known.after == change.after && known.reasons == change.reasons;
    });
    if (alike != list.end()) {
        alike->formats.push_back(format);
        return;
    }
    change.formats = {format};
    list.push_back(std::move(change));
}

void add_fact(std::vector<ChangedFact>& facts, const std::string& name, const std::string& before,
              const std::string& after) {
    if (before != after) {
        facts.push_back({.name = name, .before = before, .after = after});
    }
}

std::string value_of(const std::vector<Fact>& facts, const std::string& name) {
    const auto found = std::ranges::find(facts, name, &Fact::name);
    return found == facts.end() ? std::string() : found->value;
}

void add_machine(std::vector<ChangedFact>& facts, const Survey& before, const Survey& after) {
    for (const Fact& fact : after.machine) {
        add_fact(facts, fact.name, value_of(before.machine, fact.name), fact.value);
    }
    for (const Fact& fact : before.machine) {
        if (!std::ranges::contains(after.machine, fact.name, &Fact::name)) {
            add_fact(facts, fact.name, fact.value, {});
        }
    }
}

std::string text_of(const SurveyedDevice& device) {
    return text::format("{}, {}, Vulkan {}", device.name, device.driver, device.vulkan);
}

void add_devices(std::vector<ChangedFact>& facts, const Survey& before, const Survey& after) {
    for (const SurveyedDevice& device : after.devices) {
        const auto then = std::ranges::find(before.devices, device.id, &SurveyedDevice::id);
        add_fact(facts, "device", then == before.devices.end() ? "" : text_of(*then),
                 text_of(device));
    }
    for (const SurveyedDevice& device : before.devices) {
        if (!std::ranges::contains(after.devices, device.id, &SurveyedDevice::id)) {
            add_fact(facts, "device", text_of(device), {});
        }
    }
}

std::vector<ChangedFact> changed_facts(const Survey& before, const Survey& after) {
    const auto size = [](const Survey& survey) {
        return text::format("{}x{} pixels", survey.extent.width, survey.extent.height);
    };
    std::vector<ChangedFact> facts;
    add_fact(facts, "parallax", before.program, after.program);
    add_fact(facts, "pictures", size(before), size(after));
    add_machine(facts, before, after);
    add_devices(facts, before, after);
    return facts;
}

std::string or_none(const std::string& text) {
    return text.empty() ? "none" : text;
}

struct Section {
    const char* title;
    const char* key;
    std::vector<Change> Changes::* list;
};
constexpr std::array sections{Section{"Worse", "worse", &Changes::worse},
                              Section{"Better", "better", &Changes::better},
                              Section{"Changed otherwise", "otherwise", &Changes::otherwise}};

std::string text_of(const Change& change) {
    std::string text = wrapped(
        "  ", text::format("{} -> {}: {}, import {}, on {}: {}", name_of(change.before).word,
                           name_of(change.after).word, change.exporter, change.import,
                           change.device, joined(change.formats)));
    for (const std::string& reason : change.reasons) {
        text += wrapped("    - ", reason);
    }
    return text;
}

Json json_of(const Change& change) {
    return {{"exporter", change.exporter},
            {"device", change.device},
            {"import", change.import},
            {"formats", change.formats},
            {"before", name_of(change.before).word},
            {"after", name_of(change.after).word},
            {"reasons", change.reasons}};
}

std::size_t trials_in(const std::vector<Change>& changes) {
    std::size_t sum = 0;
    for (const Change& change : changes) {
        sum += change.formats.size();
    }
    return sum;
}

} // namespace

Changes changes_between(const Survey& before, const Survey& after) {
    Changes changes{.facts = changed_facts(before, after)};
    const Trials then = by_combination(before);
    const Trials now = by_combination(after);
    const auto trial_in = [](const Trials& trials, const Survey& survey, const Combination& of) {
        const auto found = trials.find(of);
        return found == trials.end() ? absent_trial(survey, of) : *found->second;
    };
    for (const Combination& of : all_combinations(before, after)) {
        const Trial old = trial_in(then, before, of);
        const Trial present = trial_in(now, after, of);
        if (old.outcome == Outcome::untried || present.outcome == Outcome::untried) {
            ++changes.incomparable;
            continue;
        }
        if (old.outcome == present.outcome) {
            ++changes.same;
            continue;
        }
        const bool is_gone = present.outcome == Outcome::absent;
        const bool works = present.outcome == Outcome::verified;
        const int more = worth(present.outcome) - worth(old.outcome);
        const Trial& told = works || (is_gone && present.reasons.empty()) ? old : present;
        add(more < 0   ? changes.worse
            : more > 0 ? changes.better
                       : changes.otherwise,
            {.exporter = of.exporter,
             .device = device_name(
                 std::ranges::contains(after.devices, of.device, &SurveyedDevice::id) ? after
                                                                                      : before,
                 of.device),
             .import = of.import,
             .before = old.outcome,
             .after = present.outcome,
             .reasons = of_any_format(explanation(told), of.format),
             .formats = {}},
            of.format);
    }
    return changes;
}

std::string Changes::headline() const {
    std::string line;
    for (const auto& [list, word] : {std::pair(&worse, "got worse"), std::pair(&better, "better"),
                                     std::pair(&otherwise, "changed otherwise")}) {
        if (const std::size_t count = trials_in(*list); count > 0) {
            append(line, text::format("{} {}", count, word));
        }
    }
    return !any_compared() ? "nothing can be compared: no combination was tried in both"
           : line.empty()  ? text::format("nothing changed in {} combinations", same)
                           : text::format("{}, {} as before", line, same);
}

std::string Changes::text() const {
    std::string text = headline() + "\n";
    for (const Section& section : sections) {
        if ((this->*section.list).empty()) {
            continue;
        }
        text += text::format("{}\n", section.title);
        for (const Change& change : this->*section.list) {
            text += text_of(change);
        }
    }
    if (incomparable > 0) {
        text +=
            text::format("Not compared: {}, which one of the two has not tried\n", incomparable);
    }
    if (!facts.empty()) {
        text += "Machine\n";
    }
    for (const ChangedFact& fact : facts) {
        text += wrapped(text::format("  {:<12} ", fact.name),
                        text::format("{} -> {}", or_none(fact.before), or_none(fact.after)));
    }
    return text;
}

Json Changes::json() const {
    Json json{{"changed", any()}, {"same", same}, {"incomparable", incomparable}};
    for (const Section& section : sections) {
        json[section.key] = Json::array();
        for (const Change& change : this->*section.list) {
            json[section.key].push_back(json_of(change));
        }
    }
    json["machine"] = Json::array();
    for (const ChangedFact& fact : facts) {
        json["machine"].push_back(
            {{"name", fact.name}, {"before", fact.before}, {"after", fact.after}});
    }
    return json;
}

} // namespace parallax::demo::survey
