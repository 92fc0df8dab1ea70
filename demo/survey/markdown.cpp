// SPDX-License-Identifier: MIT
#include "survey/privacy.hpp"
#include "survey/text.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/import/plan.hpp"

#include <algorithm>

namespace parallax::demo::survey {
namespace {

/// The same in a table, where a bar would end the field.
std::string code_in_table(std::string_view text) {
    std::string marked;
    for (const char letter : code(text)) {
        marked += letter == '|' ? std::string("\\|") : std::string(1, letter);
    }
    return marked;
}

/// "✓ 5", or of several outcomes "✓ 4 ✕ 1".
std::string field(const Tally& sum) {
    const std::string text = joined(sum.present(), " ", [&sum](Outcome outcome) {
        return text::format("{} {}", name_of(outcome).sign, sum.of(outcome));
    });
    return text.empty() ? std::string(name_of(Outcome::absent).sign) : text;
}

std::string machine_table(const Survey& survey) {
    std::string table = "| | |\n|---|---|\n";
    const auto line = [&table](std::string_view name, std::string_view value) {
        table += text::format("| {} | {} |\n", name, code_in_table(value));
    };
    for (const Fact& fact : survey.machine) {
        line(fact.name, fact.value);
    }
    for (const SurveyedDevice& device : survey.devices) {
        line("device", text::format("{}, {}, {}, Vulkan {}", device.name, device.type,
                                    device.driver, device.vulkan));
    }
    line("parallax", survey.program);
    return table + "\n";
}

std::string source_row(const Survey& survey, const Source& source, const SurveyedDevice& device) {
    std::string row = text::format("| {} |", code_in_table(source.name));
    for (const ImportMethod method : all_import_methods) {
        row += text::format(" {} |", field(tally(trials_of(survey, source.name, device.id,
                                                           import_method_name(method)))));
    }
    return row + "\n";
}

std::string device_table(const Survey& survey, const SurveyedDevice& device) {
    std::string text = text::format("**{}**\n\n", code(device.name));
    for (const std::string& refusal : device.refusals) {
        text += text::format("- {}\n", code(refusal));
    }
    if (!device.refusals.empty()) {
        return text + "\n";
    }
    std::string head = "| exporter |";
    std::string line = "|---|";
    for (const ImportMethod method : all_import_methods) {
        head += text::format(" {} |", import_method_name(method));
        line += "---|";
    }
    text += head + "\n" + line + "\n";
    for (const Source& source : survey.sources) {
        text += source_row(survey, source, device);
    }
    return text + "\n";
}

std::string legend() {
    return joined(outcomes(), ", ",
                  [](const OutcomeName& name) {
                      return text::format("{} {}", name.sign, name.word);
                  }) +
           "; each with its number of formats.\n\n";
}

std::string reasons_list(const Reasons& reasons) {
    std::string list;
    for (const std::string& reason : reasons) {
        list += text::format("  - {}\n", code(reason));
    }
    return list;
}

std::string problems_list(const Survey& survey) {
    std::string list;
    for (const Problem& problem : problems(survey)) {
        list += text::format("- {} {} {} on {}: {}\n{}", name_of(problem.outcome).sign,
                             problem.count, name_of(problem.outcome).word, code(problem.device),
                             code(problem.where()), reasons_list(problem.reasons));
    }
    for (const Source& source : survey.sources) {
        if (!source.problem.empty()) {
            list += text::format("- {} not there: {}\n{}", name_of(Outcome::absent).sign,
                                 code(source.name), reasons_list({source.problem}));
        }
    }
    for (const std::string& reason : survey.no_vulkan) {
        list += text::format("- no Vulkan: {}\n", code(reason));
    }
    return list.empty() ? "" : "**What does not work**\n\n" + list + "\n";
}

} // namespace

std::string code(std::string_view text) {
    std::size_t run = 0;
    std::size_t longest = 0;
    for (const char letter : text) {
        run = letter == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(longest + 1, '`');
    return text.empty()  ? "`-`"
           : longest > 0 ? text::format("{} {} {}", fence, text, fence)
                         : text::format("`{}`", text);
}

std::string markdown_of(const Survey& survey) {
    std::string text =
        text::format("### Parallax report, {}\n\n**{}**\n\n", survey.date, headline(survey));
    if (!survey.ended.empty()) {
        text += text::format("{}\n\n", survey.ended);
    }
    text += machine_table(survey);
    for (const SurveyedDevice& device : survey.devices) {
        text += device_table(survey, device);
    }
    if (!survey.trials.empty()) {
        text += legend();
    }
    return text + problems_list(survey) + text::format("{}\n", privacy_statement);
}

} // namespace parallax::demo::survey
