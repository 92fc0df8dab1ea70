// SPDX-License-Identifier: MIT
#pragma once

#include "survey/survey.hpp"

#include <string>
#include <string_view>

namespace parallax::demo::survey {

/// The survey as one HTML page, which needs no other file, no network and no scripts.
[[nodiscard]] std::string page_of(const Survey& survey);

/// Text as HTML shows it, in an element or in a quoted attribute.
[[nodiscard]] std::string escaped(std::string_view text);

} // namespace parallax::demo::survey
