// SPDX-License-Identifier: MIT
#pragma once

#include "survey/survey.hpp"

#include <string>
#include <string_view>

// Parts of a report's page, as HTML.
namespace parallax::demo::survey {

/// The class of the style sheet for an outcome: "verified", "untried".
[[nodiscard]] std::string_view class_of(Outcome outcome) noexcept;

/// @param content HTML.
/// @param attributes HTML.
[[nodiscard]] std::string element(std::string_view tag, std::string_view content,
                                  std::string_view attributes = {});
/// A name and a value of a <dl>.
[[nodiscard]] std::string row(std::string_view name, std::string_view value);
/// A list of sentences; nothing if there are none.
[[nodiscard]] std::string list_of(const Reasons& sentences);
/// A box with a title.
[[nodiscard]] std::string card(std::string_view title, std::string_view content);

/// What a device does with each exporter, format and import.
[[nodiscard]] std::string device_card(const Survey& survey, const SurveyedDevice& device);

/// The details of every trial, each shown when its field is clicked.
[[nodiscard]] std::string trial_details(const Survey& survey);
/// The name of a trial's details.
[[nodiscard]] std::string details_id(const Survey& survey, const Trial& trial);

} // namespace parallax::demo::survey
