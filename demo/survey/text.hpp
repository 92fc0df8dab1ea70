// SPDX-License-Identifier: MIT
#pragma once

#include "survey/survey.hpp"

#include <string>
#include <string_view>

namespace parallax::demo::survey {

/// The survey for a terminal.
[[nodiscard]] std::string text_of(const Survey& survey);

/// The survey in GitHub's Markdown, to paste into an issue.
[[nodiscard]] std::string markdown_of(const Survey& survey);

/// Text as code: nothing in it is a link, a mention or a mark.
[[nodiscard]] std::string code(std::string_view text);

} // namespace parallax::demo::survey
