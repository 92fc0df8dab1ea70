// SPDX-License-Identifier: MIT
#include "survey/survey.hpp"
#include "unit/small_survey.hpp"

#include <gmock/gmock.h>

namespace parallax::demo::survey {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Survey, OutcomesAreInTheirOrder) {
    for (std::size_t i = 0; i < outcomes().size(); ++i) {
        EXPECT_EQ(outcomes()[i].outcome, static_cast<Outcome>(i));
        EXPECT_EQ(&name_of(static_cast<Outcome>(i)), &outcomes()[i]);
    }
}

TEST(Survey, OutcomesAreToldApartWithoutColours) {
    for (const OutcomeName& one : outcomes()) {
        for (const OutcomeName& other : outcomes()) {
            EXPECT_EQ(one.sign == other.sign, &one == &other) << one.word << ", " << other.word;
        }
    }
}

TEST(Survey, HeadlineSaysWhatWorks) {
    Survey survey = test::small_survey();
    EXPECT_EQ(headline(survey), "All 3 combinations work");
    test::make_refused(survey.trials[0], "no modifiers");
    EXPECT_EQ(headline(survey), "2 of 3 combinations work");
    test::make_different(survey.trials[1]);
    EXPECT_EQ(headline(survey), "1 of 3 combinations work, 1 goes wrong");
    survey.trials.clear();
    EXPECT_EQ(headline(survey), "Nothing can be shared on this machine");
}

TEST(Survey, TallyIsInWords) {
    Survey survey = test::small_survey();
    survey.trials[2].outcome = Outcome::untried;
    EXPECT_EQ(tally(survey.trials).text(), "2 verified, 1 not tried");
    EXPECT_EQ(tally(survey.trials).all(), 3);
    EXPECT_EQ(Tally().text(), "nothing");
}

TEST(Survey, TrialsOfAnImportAreItsFormats) {
    Survey survey = test::small_survey();
    survey.trials.push_back(survey.trials[0]);
    survey.trials.back().of.format = "RGB565";
    EXPECT_THAT(trials_of(survey, "system", "10005:0000 llvmpipe", "modifier"),
                ElementsAre(&survey.trials[0], &survey.trials[3]));
    EXPECT_THAT(trials_of(survey, "udmabuf", "10005:0000 llvmpipe", "modifier"), IsEmpty());
}

TEST(Survey, EqualProblemsAreOne) {
    Survey survey = test::small_survey();
    survey.trials.push_back(survey.trials[0]);
    survey.trials.back().of.format = "RGB565";
    test::make_refused(survey.trials[0], "modifier: no XRGB8888 here");
    test::make_refused(survey.trials[3], "modifier: no RGB565 here");
    test::make_different(survey.trials[2]);
    survey.trials[1].outcome = Outcome::untried; // which is no problem
    const std::vector<Problem> found = problems(survey);
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0].outcome, Outcome::differs); // the worst first
    EXPECT_THAT(found[0].reasons,
                ElementsAre("CPU writes, GPU reads: 7 of 60000 pixels differ; stride: rows are "
                            "<long>"));
    EXPECT_EQ(found[1].count, 2);
    EXPECT_EQ(found[1].device, "llvmpipe (LLVM 19)");
    EXPECT_EQ(found[1].where(), "import modifier; exporter system; format XRGB8888, RGB565");
    EXPECT_THAT(found[1].reasons, ElementsAre("modifier: no this format here"));
}

TEST(Survey, ProblemsAreNoneIfAllWorks) {
    EXPECT_THAT(problems(test::small_survey()), IsEmpty());
}

} // namespace
} // namespace parallax::demo::survey
