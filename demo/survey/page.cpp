// SPDX-License-Identifier: MIT
#include "survey/page.hpp"

#include "survey/page_parts.hpp"
#include "survey/privacy.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>

// Set by page.S, which includes the file as it is.
extern "C" {
extern const char parallax_page_css_start[];
extern const char parallax_page_css_end[];
}

namespace parallax::demo::survey {
namespace {

std::string tally_list(const Survey& survey) {
    const Tally sum = tally(survey.trials);
    std::string items;
    for (const Outcome outcome : sum.present()) {
        items += text::format(R"(<li class="outcome {}"><b>{} {}</b> {}</li>)", class_of(outcome),
                              name_of(outcome).sign, sum.of(outcome), name_of(outcome).word);
    }
    return items.empty() ? "" : element("ul", items, R"(class="tally")");
}

/// Drivers, kernel and model, in one line.
std::string lead(const Survey& survey) {
    std::string line;
    for (const SurveyedDevice& device : survey.devices) {
        append(line, device.driver);
    }
    for (const char* const name : {"kernel", "distribution", "model"}) {
        const auto fact = std::ranges::find(survey.machine, name, &Fact::name);
        if (fact != survey.machine.end()) {
            append(line, name == std::string_view("kernel") ? "Linux " + fact->value : fact->value,
                   " · ");
        }
    }
    return element("p", escaped(line), R"(class="lead")");
}

std::string header(const Survey& survey) {
    std::string html = element("p", escaped(text::format("Parallax report, {}", survey.date)),
                               R"(class="kicker")");
    html += element("h1", escaped(headline(survey)));
    html += lead(survey);
    html += tally_list(survey);
    if (!survey.ended.empty()) {
        html += element("p", escaped(survey.ended), R"(class="note")");
    }
    return element("header", html);
}

std::string problem_item(const Problem& problem) {
    const OutcomeName& name = name_of(problem.outcome);
    std::string html =
        text::format(R"(<p><span class="outcome sign {}">{}</span> <b>{} {}</b> on {}: {}</p>)",
                     class_of(problem.outcome), name.sign, problem.count, name.word,
                     escaped(problem.device), escaped(problem.where()));
    return element("li", html + list_of(problem.reasons));
}

std::string problems_card(const Survey& survey) {
    std::string items;
    for (const Problem& problem : problems(survey)) {
        items += problem_item(problem);
    }
    return items.empty() ? ""
                         : card("What does not work", element("ul", items, R"(class="problems")"));
}

std::string machine_card(const Survey& survey) {
    std::string rows;
    for (const Fact& fact : survey.machine) {
        rows += row(fact.name, fact.value);
    }
    rows += row("parallax", survey.program);
    return card("Machine", element("dl", rows));
}

std::string legend_card(const Survey& survey) {
    std::string rows;
    for (const OutcomeName& name : outcomes()) {
        rows += text::format(
            R"(<dt><span class="outcome sign {}">{}</span></dt><dd><b>{}</b>: {}</dd>)",
            class_of(name.outcome), name.sign, name.word, name.meaning);
    }
    std::string html = element(
        "p", text::format("Each field is one trial with a picture of {}x{} pixels: an exporter "
                          "allocates memory, the CPU writes, the GPU imports the memory and reads; "
                          "the CPU writes again; the GPU writes, the CPU reads. Every pixel is "
                          "compared. A click on a field shows its numbers.",
                          survey.extent.width, survey.extent.height));
    html += element("dl", rows);
    html +=
        element("dl", row("modifier", "an image with an explicit layout: LINEAR and a stride") +
                          row("linear", "a linear image with the layout that the driver states") +
                          row("buffer", "a buffer, which the GPU copies into an image"));
    return card("How to read it", html);
}

std::string privacy_card() {
    return card("Nothing private", element("p", escaped(privacy_statement)));
}

std::string head(const Survey& survey) {
    return text::format(
        "<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src "
        "data:; style-src 'unsafe-inline'\">\n"
        "<title>{}</title>\n<style>\n{}</style>\n",
        escaped("Parallax report: " + headline(survey)),
        std::string_view(parallax_page_css_start, parallax_page_css_end));
}

} // namespace

std::string page_of(const Survey& survey) {
    std::string matrices;
    for (const SurveyedDevice& device : survey.devices) {
        matrices += device_card(survey, device);
    }
    if (survey.devices.empty()) {
        matrices = card("No Vulkan device", list_of(survey.no_vulkan));
    }
    std::string body = header(survey);
    body += element("section",
                    matrices + problems_card(survey) + machine_card(survey) + legend_card(survey) +
                        privacy_card(),
                    R"(class="cards")");
    body += trial_details(survey);
    return text::format("<!doctype html>\n<html lang=\"en\">\n<head>\n{}</head>\n<body>\n<main>\n{}"
                        "</main>\n</body>\n</html>\n",
                        head(survey), body);
}

} // namespace parallax::demo::survey
