// SPDX-License-Identifier: MIT
#include "support/temporary_folder.hpp"
#include "survey/json.hpp"
#include "survey/privacy.hpp"
#include "unit/small_survey.hpp"

#include "files/write_file.hpp"

#include "parallax/text.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>

namespace parallax::demo::survey {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;
using testing::StartsWith;

/// The sentence with which a text is refused.
std::string refusal(const std::string& text) {
    try {
        static_cast<void>(parse_survey(text, "old.json"));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "it was read";
}

TEST(SurveyJson, IsReadAsItWasWritten) {
    Survey survey = test::small_survey();
    test::make_different(survey.trials[1]);
    test::make_refused(survey.trials[2], "no");
    survey.trials[0].validation = {"a message"};
    const std::string text = json_of(survey).dump();
    const Survey read = parse_survey(text, "report.json");
    EXPECT_EQ(json_of(read).dump(), text);
    EXPECT_EQ(read.trials[1].outcome, Outcome::differs);
    EXPECT_EQ(read.trials[1].checks[0].different, 7);
}

TEST(SurveyJson, SaysWhatWasAskedFor) {
    Survey survey = test::small_survey();
    survey.only = {.exporter = "system", .device = "1", .format = "RGB565", .import = "linear"};
    ordered_json json = json_of(survey);
    EXPECT_EQ(parse_survey(json.dump(), "").only, survey.only);
    json.erase("only"); // of an older version
    EXPECT_EQ(parse_survey(json.dump(), "").only, Combination{});
}

TEST(SurveyJson, OfManyMembersIsRefusedAtOnce) {
    std::string text = "{\"report\": 1, \"machine\": {";
    for (int i = 0; i < 200'000; ++i) {
        text += text::format("\"{}\": \"\", ", i);
    }
    EXPECT_THAT(refusal(text), HasSubstr("an object has more than 1000 members"));
    Survey survey = test::small_survey();
    survey.trials.assign(10'001, survey.trials.front());
    EXPECT_THAT(refusal(json_of(survey).dump()), HasSubstr("'trials' has 10001 values"));
}

TEST(SurveyJson, HasNoPictures) {
    Survey survey = test::small_survey();
    test::make_different(survey.trials[1]);
    EXPECT_THAT(json_of(survey).dump(), testing::Not(HasSubstr("BBBB")));
    const TitledPng picture = survey.trials[1].pictures[1];
    EXPECT_EQ(picture_from(json_of(picture)).base64, "BBBB");
}

TEST(SurveyJson, SaysWhatItIs) {
    const ordered_json json = json_of(test::small_survey());
    EXPECT_EQ(json["report"], 1);
    EXPECT_EQ(json["privacy"].get<std::string>(), privacy_statement);
    EXPECT_EQ(json["summary"]["verified"], 3);
    EXPECT_EQ(json["summary"]["not tried"], 0);
}

TEST(SurveyJson, OfAnotherKindIsRefused) {
    EXPECT_THAT(refusal(""), StartsWith("old.json is not a report of parallax: it is no JSON"));
    EXPECT_THAT(refusal("{"), HasSubstr("it is no JSON"));
    EXPECT_THAT(refusal("[]"), HasSubstr("it has no \"report\": 1"));
    EXPECT_THAT(refusal("{}"), HasSubstr("it has no \"report\": 1"));
    EXPECT_THAT(refusal("{\"report\": 2}"), HasSubstr("it has no \"report\": 1"));
    EXPECT_THAT(refusal("{\"report\": 1}"), HasSubstr("'picture' not found"));
}

TEST(SurveyJson, WithOddValuesIsRefused) {
    const ordered_json whole = json_of(test::small_survey());
    const auto with = [&whole](const auto& change) {
        ordered_json json = whole;
        change(json);
        return refusal(json.dump());
    };
    EXPECT_THAT(with([](ordered_json& json) { json["trials"] = 3; }),
                HasSubstr("'trials' is not a list"));
    EXPECT_THAT(with([](ordered_json& json) { json["trials"][0] = "x"; }),
                StartsWith("old.json is not a report of parallax: "));
    for (const ordered_json& odd : {ordered_json(-1), ordered_json(1e300), ordered_json(1.5)}) {
        EXPECT_THAT(with([&odd](ordered_json& json) { json["trials"][0]["stride"] = odd; }),
                    HasSubstr("'stride' is not a number of pixels or bytes"));
    }
    EXPECT_THAT(with([](ordered_json& json) { json["picture"]["width"] = 1ULL << 32U; }),
                HasSubstr("'width' is more than 16384 pixels"));
    EXPECT_THAT(with([](ordered_json& json) { json["trials"][0]["outcome"] = "fine"; }),
                HasSubstr("there is no outcome 'fine'"));
    EXPECT_THAT(with([](ordered_json& json) { json["trials"][0]["stride"] = "long"; }),
                HasSubstr("'stride' is not a number of pixels or bytes"));
    EXPECT_THAT(with([](ordered_json& json) { json["devices"][0].erase("id"); }),
                HasSubstr("'id' not found"));
    EXPECT_THAT(with([](ordered_json& json) { json["machine"]["kernel"] = nullptr; }),
                HasSubstr("type must be string"));
}

TEST(SurveyJson, TextsOfAFileAreMadePrintable) {
    ordered_json json = json_of(test::small_survey());
    json["devices"][0]["name"] = "\x1b[2Jx";
    json["machine"] = {{"\x1b", "\n"}};
    json["trials"][0]["reasons"] = {"\x07"};
    const Survey read = parse_survey(json.dump(), "report.json");
    EXPECT_EQ(read.devices[0].name, "?[2Jx");
    EXPECT_EQ(read.machine[0].name, "?");
    EXPECT_EQ(read.machine[0].value, "?");
    EXPECT_EQ(read.trials[0].reasons[0], "?");
}

TEST(SurveyJson, IsFoundInItsFolder) {
    const test::TemporaryFolder folder;
    write_file(folder.path() / "report.json", json_of(test::small_survey()).dump());
    EXPECT_EQ(load_survey(folder.path()).trials.size(), 3);
    EXPECT_EQ(load_survey(folder.path() / "report.json").trials.size(), 3);
    EXPECT_THROW(static_cast<void>(load_survey(folder.path() / "none")), std::runtime_error);
}

} // namespace
} // namespace parallax::demo::survey
