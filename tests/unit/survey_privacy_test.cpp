// SPDX-License-Identifier: MIT
#include "survey/json.hpp"
#include "survey/page.hpp"
#include "survey/privacy.hpp"
#include "survey/text.hpp"
#include "unit/small_survey.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace parallax::demo::survey {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const Secrets& secrets() {
    static const Secrets known{.words = {"annas-laptop", "anna"}, .homes = {"/home/anna", "/root"}};
    return known;
}

TEST(Privacy, WordsAndHomesAreRemoved) {
    EXPECT_EQ(secrets().removed_from("driver file /home/anna/.local/x.json, by anna"),
              "driver file ~/.local/x.json, by (private)");
    EXPECT_EQ(secrets().removed_from("Linux 7.3-annas-laptop"), "Linux 7.3-(private)");
    EXPECT_EQ(secrets().removed_from("anna"), "(private)");
    EXPECT_EQ(secrets().removed_from("/root"), "~");
    EXPECT_EQ(secrets().removed_from("file:/home/anna/a:/home/anna"), "file:~/a:~");
}

TEST(Privacy, PartsOfOtherWordsStay) {
    EXPECT_EQ(secrets().removed_from("annabel and hosanna, anna_1"), "annabel and hosanna, anna_1");
    EXPECT_EQ(secrets().removed_from("/rootless"), "/rootless");
    EXPECT_EQ(secrets().removed_from(""), "");
}

TEST(Privacy, OfThisMachineAreItsNames) {
    ::setenv("SUDO_USER", "somebody", 1);
    ::setenv("HOME", "/srv/homes/somebody/", 1);
    const Secrets here = Secrets::of_this_machine();
    ::unsetenv("SUDO_USER");
    EXPECT_THAT(here.words, Contains("somebody"));
    EXPECT_THAT(here.words, Not(Contains("root"))); // which everybody has
    EXPECT_THAT(here.homes, Contains("/srv/homes/somebody"));
}

/// Whatever a driver, the kernel or a message says.
TEST(Privacy, NothingOfItIsInAReport) {
    Survey survey = test::small_survey();
    test::make_different(survey.trials[0]);
    test::make_refused(survey.trials[1], "x");
    survey.trials[2].validation = {"x"};
    survey.no_vulkan = {"x"};
    survey.devices[0].refusals = {"x"};
    for_each_sentence(survey, [](std::string& text) { text = "anna at /home/anna\x1b"; });
    make_public(survey, secrets());
    for (const std::string& text :
         {json_of(survey).dump(), page_of(survey), markdown_of(survey), text_of(survey)}) {
        EXPECT_THAT(text, Not(HasSubstr("anna")));
        EXPECT_THAT(text, Not(HasSubstr("\x1b")));
        EXPECT_THAT(text, HasSubstr("(private) at ~?"));
    }
}

} // namespace
} // namespace parallax::demo::survey
