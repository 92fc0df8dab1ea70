// SPDX-License-Identifier: MIT
#include "survey/page_parts.hpp"

#include "survey/page.hpp"

#include "parallax/text.hpp"

namespace parallax::demo::survey {

std::string_view class_of(Outcome outcome) noexcept {
    switch (outcome) {
    case Outcome::untried:
        return "untried";
    case Outcome::absent:
        return "absent";
    default:
        return name_of(outcome).word;
    }
}

std::string element(std::string_view tag, std::string_view content, std::string_view attributes) {
    return text::format("<{}{}{}>{}</{}>\n", tag, attributes.empty() ? "" : " ", attributes,
                        content, tag);
}

std::string row(std::string_view name, std::string_view value) {
    return text::format("<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(value));
}

std::string list_of(const Reasons& sentences) {
    std::string items;
    for (const std::string& sentence : sentences) {
        items += element("li", escaped(sentence));
    }
    return items.empty() ? "" : element("ul", items);
}

std::string card(std::string_view title, std::string_view content) {
    return text::format("<article class=\"card\">\n<h2>{}</h2>\n{}</article>\n", escaped(title),
                        content);
}

std::string details_id(const Survey& survey, const Trial& trial) {
    return text::format("trial-{}", &trial - survey.trials.data());
}

} // namespace parallax::demo::survey
