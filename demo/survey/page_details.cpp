// SPDX-License-Identifier: MIT
#include "survey/page.hpp"
#include "survey/page_parts.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

namespace parallax::demo::survey {
namespace {

std::string checks_table(const Trial& trial) {
    std::string rows;
    for (const CheckResult& check : trial.checks) {
        std::string what = escaped(check.sentence);
        if (!check.cause.empty()) {
            what += "<br>" + escaped(check.cause);
        }
        rows += text::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n", what,
                             check.compared, check.different);
    }
    return rows.empty() ? ""
                        : element("table",
                                  "<thead><tr><th>check</th><th>pixels</th><th>different</th></tr>"
                                  "</thead>\n" +
                                      element("tbody", rows),
                                  R"(class="checks")");
}

std::string facts_list(const Survey& survey, const Trial& trial) {
    std::string rows = row("device", device_name(survey, trial.of.device));
    if (trial.stride > 0) {
        rows +=
            row("layout",
                text::format("{}x{} pixels, LINEAR, stride {} bytes, {} bytes in a buffer of {}",
                             survey.extent.width, survey.extent.height, trial.stride,
                             trial.layout_bytes, trial.buffer_bytes));
    }
    if (!trial.sync.empty()) {
        rows += row("sync", trial.sync);
    }
    if (!trial.access.empty()) {
        rows += row("CPU access", trial.access);
    }
    if (!trial.laps.empty()) {
        rows += row("time, ms", joined(trial.laps, ", ", [](const Lap& lap) {
                        return text::format("{} {:.1f}", lap.name, lap.milliseconds);
                    }));
    }
    return element("dl", rows);
}

std::string pictures(const Trial& trial) {
    std::string figures;
    for (const TitledPng& picture : trial.pictures) {
        figures +=
            element("figure", text::format(R"(<img alt="{}" src="data:image/png;base64,{}">)",
                                           escaped(picture.title), picture.base64) +
                                  element("figcaption", escaped(picture.title)));
    }
    return figures.empty() ? "" : element("div", figures, R"(class="pictures")");
}

std::string details(const Survey& survey, const Trial& trial) {
    const OutcomeName& name = name_of(trial.outcome);
    const std::string id = details_id(survey, trial);
    const bool wrong = trial.outcome == Outcome::differs || trial.outcome == Outcome::failed;
    std::string html = text::format(
        R"(<button type="button" class="close" popovertarget="{}" popovertargetaction="hide">Close</button>)",
        id);
    html += element("h2", escaped(text::format("{}, {}, import {}", trial.of.exporter,
                                               trial.of.format, trial.of.import)));
    html += text::format(R"(<p><span class="outcome sign {}">{}</span> <b>{}</b>: {}</p>)",
                         class_of(trial.outcome), name.sign, name.word, name.meaning);
    html += list_of(explanation(trial)); // before the pictures, which fill a phone
    html += pictures(trial);
    html += checks_table(trial);
    html += facts_list(survey, trial);
    if (!trial.validation.empty()) {
        html += element("p", "Validation messages:") + list_of(trial.validation);
    }
    return element("div", html,
                   text::format(R"(popover id="{}"{})", id, wrong ? R"( class="wrong")" : ""));
}

} // namespace

std::string trial_details(const Survey& survey) {
    std::string all;
    for (const Trial& trial : survey.trials) {
        all += details(survey, trial);
    }
    return all;
}

} // namespace parallax::demo::survey
