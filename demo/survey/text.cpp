// SPDX-License-Identifier: MIT
#include "survey/text.hpp"

#include "report/wrapped.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/import/plan.hpp"

namespace parallax::demo::survey {
namespace {

/// "5 verified", or of several outcomes "4 verified, 1 refused".
std::string summary(const Survey& survey, const Source& source, const SurveyedDevice& device,
                    ImportMethod method) {
    const Tally sum = tally(trials_of(survey, source.name, device.id, import_method_name(method)));
    return sum.all() == 0 ? "-" : sum.text();
}

std::string source_line(const Survey& survey, const Source& source, const SurveyedDevice& device) {
    const std::string name = text::format("    {:<13} ", source.name);
    if (!source.problem.empty()) {
        return wrapped(name, "not there: " + source.problem);
    }
    std::string methods;
    for (const ImportMethod method : all_import_methods) {
        append(methods,
               text::format("{}: {}", import_method_name(method),
                            summary(survey, source, device, method)),
               "; ");
    }
    return wrapped(name, methods);
}

std::string device_text(const Survey& survey, const SurveyedDevice& device) {
    std::string text = wrapped("  ", text::format("{}, {}, {}, Vulkan {}", device.name, device.type,
                                                  device.driver, device.vulkan));
    for (const std::string& refusal : device.refusals) {
        text += wrapped("    - ", refusal);
    }
    if (device.refusals.empty()) {
        for (const Source& source : survey.sources) {
            text += source_line(survey, source, device);
        }
    }
    return text;
}

std::string problem_text(const Problem& problem) {
    std::string text =
        wrapped("  ", text::format("{} {}: {}; {}", problem.count, name_of(problem.outcome).word,
                                   problem.device, problem.where()));
    for (const std::string& reason : problem.reasons) {
        text += wrapped("    - ", reason);
    }
    return text;
}

} // namespace

std::string text_of(const Survey& survey) {
    std::string text = headline(survey) + "\n";
    for (const std::string& reason : survey.no_vulkan) {
        text += wrapped("  - ", reason);
    }
    for (const SurveyedDevice& device : survey.devices) {
        text += device_text(survey, device);
    }
    const std::vector<Problem> found = problems(survey);
    if (!found.empty()) {
        text += "What does not work\n";
    }
    for (const Problem& problem : found) {
        text += problem_text(problem);
    }
    if (!survey.ended.empty()) {
        text += wrapped("", survey.ended);
    }
    return text;
}

} // namespace parallax::demo::survey
