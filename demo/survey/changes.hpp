// SPDX-License-Identifier: MIT
#pragma once

#include "survey/survey.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo::survey {

/// Trials whose outcome is another one now, in the same way and for the same reasons.
struct Change {
    std::string exporter;
    std::string device; ///< name in the new survey, or in the old one if it is not there any more
    std::string import;
    Outcome before;
    Outcome after;
    Reasons reasons; ///< of what is there now; of what was there, if that is nothing
    std::vector<std::string> formats;
};

/// A fact that is another one now: a version of a kernel or of a driver.
struct ChangedFact {
    std::string name;
    std::string before; ///< empty if it was not there
    std::string after;
};

/// What is different between two surveys. A value.
struct Changes {
    std::vector<ChangedFact> facts = {};
    std::vector<Change> worse = {};
    std::vector<Change> better = {};
    std::vector<Change> otherwise = {}; ///< neither: refused before, and not there now
    std::size_t same = 0;               ///< trials with the same outcome
    std::size_t incomparable = 0;       ///< trials that one of them has not tried

    /// True if any outcome is another one.
    [[nodiscard]] bool any() const {
        return !worse.empty() || !better.empty() || !otherwise.empty();
    }
    /// False if no combination was tried in both.
    [[nodiscard]] bool any_compared() const { return any() || same > 0; }
    /// "12 combinations got worse", one line.
    [[nodiscard]] std::string headline() const;
    [[nodiscard]] std::string text() const;
    [[nodiscard]] nlohmann::ordered_json json() const;
};

/// A device is known by its id: names change with the driver's version.
[[nodiscard]] Changes changes_between(const Survey& before, const Survey& after);

} // namespace parallax::demo::survey
