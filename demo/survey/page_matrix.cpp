// SPDX-License-Identifier: MIT
#include "survey/page.hpp"
#include "survey/page_parts.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>

namespace parallax::demo::survey {
namespace {

/// The words of one kind in the combinations of a survey, in their order.
std::vector<std::string> words_of(const Survey& survey, std::string Combination::* kind) {
    std::vector<std::string> words;
    for (const Trial& trial : survey.trials) {
        add_once(words, trial.of.*kind);
    }
    return words;
}

/// "XRGB8888" in two lines where there is no room for one.
std::string breakable(const std::string& format) {
    const std::size_t digits = format.find_first_of("0123456789");
    return digits == std::string::npos
               ? escaped(format)
               : escaped(format.substr(0, digits)) + "<wbr>" + escaped(format.substr(digits));
}

/// What is seen without a click.
std::string hint(const Trial& trial) {
    std::string text = text::format("{}: {}, {}, import {}", name_of(trial.outcome).word,
                                    trial.of.exporter, trial.of.format, trial.of.import);
    for (const std::string& reason : explanation(trial)) {
        text += "\n" + reason;
    }
    return text;
}

std::string field(const Survey& survey, const Trial& trial) {
    const OutcomeName& name = name_of(trial.outcome);
    return text::format(
        R"(<td><button type="button" class="outcome {}" popovertarget="{}" title="{}"><span aria-hidden="true">{}</span><span class="spoken">{}, {}, {}: {}</span></button></td>)",
        class_of(trial.outcome), details_id(survey, trial), escaped(hint(trial)), name.sign,
        escaped(trial.of.exporter), escaped(trial.of.format), escaped(trial.of.import), name.word);
}

std::string import_row(const Survey& survey, const std::string& import,
                       const std::vector<const Trial*>& trials,
                       const std::vector<std::string>& formats) {
    std::string cells = text::format(R"(<th scope="row">{}</th>)", escaped(import));
    for (const std::string& format : formats) {
        const auto found = std::ranges::find_if(
            trials, [&format](const Trial* trial) { return trial->of.format == format; });
        cells += found == trials.end() ? "<td></td>" : field(survey, **found);
    }
    return element("tr", cells);
}

std::string source_row(const Source& source, std::size_t columns) {
    return text::format("<tr><th class=\"source\" colspan=\"{}\" scope=\"rowgroup\"><b>{}</b><span "
                        "class=\"faint\">{}</span></th></tr>\n",
                        columns, escaped(source.name), escaped(source.summary));
}

std::string source_rows(const Survey& survey, const Source& source, const SurveyedDevice& device,
                        const std::vector<std::string>& formats) {
    const std::size_t columns = formats.size() + 1;
    std::string rows = source_row(source, columns);
    if (!source.problem.empty()) {
        const OutcomeName& name = name_of(Outcome::absent);
        return rows + text::format("<tr><td colspan=\"{}\"><div class=\"reason absent\">{} {}: "
                                   "{}</div></td></tr>\n",
                                   columns, name.sign, name.word, escaped(source.problem));
    }
    std::string fields;
    for (const std::string& import : words_of(survey, &Combination::import)) {
        const auto trials = trials_of(survey, source.name, device.id, import);
        if (!trials.empty()) {
            fields += import_row(survey, import, trials, formats);
        }
    }
    return fields.empty() ? "" : rows + fields;
}

std::string matrix(const Survey& survey, const SurveyedDevice& device) {
    const auto formats = words_of(survey, &Combination::format);
    std::string head = "<th></th>";
    std::string columns = "<col>";
    for (const std::string& format : formats) {
        head += text::format(R"(<th scope="col">{}</th>)", breakable(format));
        columns += "<col>";
    }
    std::string html = element("colgroup", columns);
    html += element("thead", element("tr", head));
    for (const Source& source : survey.sources) {
        html += element("tbody", source_rows(survey, source, device, formats));
    }
    return element("table", html, R"(class="matrix")");
}

Tally tally_of(const Survey& survey, const SurveyedDevice& device) {
    Tally sum;
    for (const Trial& trial : survey.trials) {
        if (trial.of.device == device.id) {
            sum.add(trial.outcome);
        }
    }
    return sum;
}

} // namespace

std::string device_card(const Survey& survey, const SurveyedDevice& device) {
    std::string html = element(
        "p", escaped(text::format("{}, {}, Vulkan {}", device.driver, device.type, device.vulkan)),
        R"(class="faint")");
    if (!device.refusals.empty()) {
        return card(device.name,
                    html + element("p", "It cannot be used:") + list_of(device.refusals));
    }
    html += element("p", escaped(tally_of(survey, device).text()));
    return card(device.name, html + matrix(survey, device));
}

} // namespace parallax::demo::survey
