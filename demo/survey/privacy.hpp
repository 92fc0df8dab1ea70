// SPDX-License-Identifier: MIT
#pragma once

#include "survey/survey.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo::survey {

/// Said in every report.
inline constexpr std::string_view privacy_statement =
    "No host name, user name, serial number or path of a home folder is in this report.";

/// What tells whose machine it is. Serial numbers are not among it, since nothing reads them.
struct Secrets {
    std::vector<std::string> words; ///< names of the host and of users
    std::vector<std::string> homes; ///< paths of their folders

    /// Of this process's machine and user, and of the user who became root by sudo.
    [[nodiscard]] static Secrets of_this_machine();

    /// The text without them: a home becomes "~", a whole word "(private)".
    [[nodiscard]] std::string removed_from(std::string text) const;
};

/// Makes a survey fit for a report: printable, and without the secrets.
void make_public(Survey& survey, const Secrets& secrets);

} // namespace parallax::demo::survey
