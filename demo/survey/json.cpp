// SPDX-License-Identifier: MIT
#include "survey/json.hpp"

#include "survey/privacy.hpp"

#include "files/read_file.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace parallax::demo::survey {
namespace {

using Json = nlohmann::ordered_json;

/// Of the file; a reader that knows another refuses it.
constexpr int file_version = 1;
constexpr std::size_t largest_file = std::size_t{16} << 20;
/// Of a list, and of an object. No machine has so many, and the time to compare and to read them
/// grows with their square.
constexpr std::size_t most_values = 10'000;
constexpr std::size_t most_members = 1'000;

Outcome outcome_from(const Json& json) {
    const auto word = json.get<std::string>();
    const auto& all = outcomes();
    const auto* const found = std::ranges::find(all, word, &OutcomeName::word);
    if (found == all.end()) {
        throw std::runtime_error(text::format("there is no outcome '{}'", word));
    }
    return found->outcome;
}

std::string text_in(const Json& json, const char* key) {
    return printable(json.at(key).get<std::string>());
}

Reasons texts_in(const Json& json, const char* key) {
    auto texts = json.at(key).get<Reasons>();
    std::ranges::transform(texts, texts.begin(), printable);
    return texts;
}

/// @throws std::runtime_error when it is negative, or has a fraction.
std::uint64_t number_in(const Json& json, const char* key) {
    const Json& value = json.at(key);
    if (!value.is_number_unsigned()) {
        throw std::runtime_error(text::format("'{}' is not a number of pixels or bytes", key));
    }
    return value.get<std::uint64_t>();
}

std::uint32_t side_in(const Json& json, const char* key) {
    const std::uint64_t side = number_in(json, key);
    if (side > largest_side) {
        throw std::runtime_error(text::format("'{}' is more than {} pixels", key, largest_side));
    }
    return static_cast<std::uint32_t>(side);
}

Json json_of(const CheckResult& check) {
    return {{"check", check.sentence},
            {"pixels_compared", check.compared},
            {"pixels_different", check.different},
            {"cause", check.cause}};
}

CheckResult check_from(const Json& json) {
    return {.sentence = text_in(json, "check"),
            .compared = number_in(json, "pixels_compared"),
            .different = number_in(json, "pixels_different"),
            .cause = text_in(json, "cause")};
}

Json json_of(const Source& source) {
    return {{"name", source.name}, {"summary", source.summary}, {"problem", source.problem}};
}

Source source_from(const Json& json) {
    return {.name = text_in(json, "name"),
            .summary = text_in(json, "summary"),
            .problem = text_in(json, "problem")};
}

template <class List>
Json array_of(const List& list) {
    Json array = Json::array();
    for (const auto& element : list) {
        array.push_back(json_of(element));
    }
    return array;
}

/// The values of a list, each made by @p make.
template <class Make>
auto list_in(const Json& json, const char* key, Make make) {
    std::vector<decltype(make(json))> list;
    const Json& values = json.at(key);
    if (!values.is_array()) {
        throw std::runtime_error(text::format("'{}' is not a list", key));
    }
    if (values.size() > most_values) {
        throw std::runtime_error(
            text::format("'{}' has {} values, of at most {}", key, values.size(), most_values));
    }
    for (const Json& value : values) {
        list.push_back(make(value));
    }
    return list;
}

Json pairs_of(const std::vector<Fact>& facts) {
    Json json = Json::object();
    for (const Fact& fact : facts) {
        json[fact.name] = fact.value;
    }
    return json;
}

std::vector<Fact> facts_in(const Json& json, const char* key) {
    std::vector<Fact> facts;
    for (const auto& [name, value] : json.at(key).items()) {
        facts.push_back({.name = printable(name), .value = printable(value.get<std::string>())});
    }
    return facts;
}

std::vector<Lap> laps_in(const Json& json, const char* key) {
    std::vector<Lap> laps;
    for (const auto& [name, value] : json.at(key).items()) {
        laps.push_back({.name = printable(name), .milliseconds = value.get<double>()});
    }
    return laps;
}

Json summary_of(const Survey& survey) {
    const Tally sum = tally(survey.trials);
    Json json{{"sentence", headline(survey)}};
    for (const OutcomeName& name : outcomes()) {
        json[std::string(name.word)] = sum.of(name.outcome);
    }
    return json;
}

/// What was asked for. Reports of older versions do not say.
Combination only_in(const Json& json) {
    if (!json.contains("only")) {
        return {};
    }
    const Json& only = json["only"];
    return {.exporter = text_in(only, "exporter"),
            .device = text_in(only, "device"),
            .format = text_in(only, "format"),
            .import = text_in(only, "import")};
}

/// @throws std::runtime_error when an object has too many members.
Json parse(std::string_view text) {
    std::vector<std::size_t> members; // of the objects that are open
    return Json::parse(text, [&members](int, Json::parse_event_t event, const Json&) {
        if (event == Json::parse_event_t::object_start) {
            members.push_back(0);
        } else if (event == Json::parse_event_t::object_end) {
            members.pop_back();
        } else if (event == Json::parse_event_t::key && ++members.back() > most_members) {
            throw std::runtime_error(
                text::format("an object has more than {} members", most_members));
        }
        return true;
    });
}

Survey survey_from(const Json& json) {
    if (!json.is_object() || !json.contains("report") || json["report"] != file_version) {
        throw std::runtime_error(text::format("it has no \"report\": {}", file_version));
    }
    const Json& picture = json.at("picture");
    return {.program = text_in(json, "parallax"),
            .date = text_in(json, "date"),
            .machine = facts_in(json, "machine"),
            .extent = {.width = side_in(picture, "width"), .height = side_in(picture, "height")},
            .only = only_in(json),
            .ended = text_in(json, "ended"),
            .no_vulkan = texts_in(json, "no_vulkan"),
            .sources = list_in(json, "exporters", source_from),
            .devices = list_in(json, "devices", device_from),
            .trials = list_in(json, "trials", trial_from)};
}

} // namespace

Json json_of(const Trial& trial) {
    Json times = Json::object();
    for (const Lap& lap : trial.laps) {
        times[lap.name] = lap.milliseconds;
    }
    return {{"exporter", trial.of.exporter},
            {"device", trial.of.device},
            {"format", trial.of.format},
            {"import", trial.of.import},
            {"outcome", name_of(trial.outcome).word},
            {"reasons", trial.reasons},
            {"stride", trial.stride},
            {"layout_bytes", trial.layout_bytes},
            {"buffer_bytes", trial.buffer_bytes},
            {"sync", trial.sync},
            {"access", trial.access},
            {"checks", array_of(trial.checks)},
            {"milliseconds", times},
            {"validation", trial.validation}};
}

Trial trial_from(const Json& json) {
    return {.of = {.exporter = text_in(json, "exporter"),
                   .device = text_in(json, "device"),
                   .format = text_in(json, "format"),
                   .import = text_in(json, "import")},
            .outcome = outcome_from(json.at("outcome")),
            .reasons = texts_in(json, "reasons"),
            .stride = number_in(json, "stride"),
            .layout_bytes = number_in(json, "layout_bytes"),
            .buffer_bytes = number_in(json, "buffer_bytes"),
            .sync = text_in(json, "sync"),
            .access = json.contains("access") ? text_in(json, "access") : std::string(),
            .checks = list_in(json, "checks", check_from),
            .laps = laps_in(json, "milliseconds"),
            .validation = texts_in(json, "validation")};
}

Json json_of(const TitledPng& picture) {
    return {{"title", picture.title}, {"png", picture.base64}};
}

TitledPng picture_from(const Json& json) {
    return {.title = text_in(json, "title"), .base64 = text_in(json, "png")};
}

Json json_of(const SurveyedDevice& device) {
    return {{"id", device.id},     {"name", device.name},     {"driver", device.driver},
            {"type", device.type}, {"vulkan", device.vulkan}, {"refusals", device.refusals}};
}

SurveyedDevice device_from(const Json& json) {
    return {.id = text_in(json, "id"),
            .name = text_in(json, "name"),
            .driver = text_in(json, "driver"),
            .type = text_in(json, "type"),
            .vulkan = text_in(json, "vulkan"),
            .refusals = texts_in(json, "refusals")};
}

Json json_of(const Survey& survey) {
    return {{"report", file_version},
            {"parallax", survey.program},
            {"date", survey.date},
            {"privacy", privacy_statement},
            {"summary", summary_of(survey)},
            {"ended", survey.ended},
            {"machine", pairs_of(survey.machine)},
            {"picture", {{"width", survey.extent.width}, {"height", survey.extent.height}}},
            {"only",
             {{"exporter", survey.only.exporter},
              {"device", survey.only.device},
              {"format", survey.only.format},
              {"import", survey.only.import}}},
            {"no_vulkan", survey.no_vulkan},
            {"exporters", array_of(survey.sources)},
            {"devices", array_of(survey.devices)},
            {"trials", array_of(survey.trials)}};
}

Survey parse_survey(std::string_view text, const std::string& name) try {
    return survey_from(parse(text));
} catch (const nlohmann::json::parse_error& error) {
    throw std::runtime_error(printable(
        text::format("{} is not a report of parallax: it is no JSON: {}", name, error.what())));
} catch (const std::runtime_error& error) {
    throw std::runtime_error(
        printable(text::format("{} is not a report of parallax: {}", name, error.what())));
} catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(
        printable(text::format("{} is not a report of parallax: {}", name, error.what())));
}

Survey load_survey(const std::filesystem::path& file) {
    std::error_code ignored;
    const std::filesystem::path found =
        std::filesystem::is_directory(file, ignored) ? file / "report.json" : file;
    return parse_survey(read_file(found, largest_file), found.string());
}

} // namespace parallax::demo::survey
