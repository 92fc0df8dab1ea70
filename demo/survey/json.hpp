// SPDX-License-Identifier: MIT
#pragma once

#include "survey/survey.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string_view>

namespace parallax::demo::survey {

/// Without its pictures.
[[nodiscard]] nlohmann::ordered_json json_of(const Trial& trial);
[[nodiscard]] nlohmann::ordered_json json_of(const TitledPng& picture);
[[nodiscard]] nlohmann::ordered_json json_of(const SurveyedDevice& device);
[[nodiscard]] nlohmann::ordered_json json_of(const Survey& survey);

/// @throws nlohmann::json::exception, std::runtime_error when it is not what json_of() returns.
[[nodiscard]] Trial trial_from(const nlohmann::ordered_json& json);
/// The same.
[[nodiscard]] TitledPng picture_from(const nlohmann::ordered_json& json);
/// The same.
[[nodiscard]] SurveyedDevice device_from(const nlohmann::ordered_json& json);

/// The survey of a report.json, every text of it printable.
/// @param name of the file, for messages.
/// @throws std::runtime_error "FILE is not a report of parallax: why".
[[nodiscard]] Survey parse_survey(std::string_view text, const std::string& name);

/// The same of a file, or of the report.json in a folder.
/// @throws std::runtime_error too when it cannot be read.
[[nodiscard]] Survey load_survey(const std::filesystem::path& file);

} // namespace parallax::demo::survey
