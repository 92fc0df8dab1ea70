// SPDX-License-Identifier: MIT
#include "survey/changes.hpp"
#include "unit/small_survey.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace parallax::demo::survey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

TEST(Changes, AreNoneBetweenEqualReports) {
    const Changes none = changes_between(test::small_survey(), test::small_survey());
    EXPECT_FALSE(none.any());
    EXPECT_EQ(none.text(), "nothing changed in 3 combinations\n");
    EXPECT_EQ(none.json()["changed"], false);
    EXPECT_THAT(none.facts, IsEmpty());
}

TEST(Changes, OfAnUpdateAreFoundUnderItsNewNames) {
    const Survey before = test::small_survey();
    Survey after = test::small_survey();
    after.machine[0].value = "7.4";
    after.devices[0].name = "llvmpipe (LLVM 20)";
    after.devices[0].driver = "llvmpipe Mesa 26.1";
    const Changes changes = changes_between(before, after);
    EXPECT_FALSE(changes.any()); // all works as before
    ASSERT_THAT(changes.facts, SizeIs(2));
    EXPECT_EQ(changes.facts[0].name, "kernel");
    EXPECT_EQ(changes.facts[0].before, "7.3");
    EXPECT_EQ(changes.facts[0].after, "7.4");
    EXPECT_THAT(changes.facts[1].after, HasSubstr("LLVM 20"));
    EXPECT_THAT(changes.text(), HasSubstr("Machine\n  kernel       7.3 -> 7.4\n"));
}

TEST(Changes, ForTheWorseHaveTheNewReasons) {
    const Survey before = test::small_survey();
    Survey after = test::small_survey();
    test::make_refused(after.trials[0], "no modifiers any more");
    test::make_different(after.trials[1]);
    const Changes changes = changes_between(before, after);
    EXPECT_TRUE(changes.any());
    EXPECT_EQ(changes.same, 1);
    ASSERT_THAT(changes.worse, SizeIs(2));
    EXPECT_EQ(changes.worse[0].before, Outcome::verified);
    EXPECT_EQ(changes.worse[0].after, Outcome::refused);
    EXPECT_THAT(changes.worse[0].reasons, ElementsAre("no modifiers any more"));
    EXPECT_THAT(changes.worse[0].formats, ElementsAre("XRGB8888"));
    EXPECT_EQ(changes.headline(), "2 got worse, 1 as before");
    EXPECT_THAT(changes.text(),
                StartsWith("2 got worse, 1 as before\nWorse\n  verified -> refused: system, import "
                           "modifier, on llvmpipe (LLVM 19): XRGB8888\n    - no modifiers any "
                           "more\n"));
    EXPECT_EQ(changes.json()["worse"][0]["after"], "refused");
}

TEST(Changes, ForTheBetterHaveTheOldReasons) {
    Survey before = test::small_survey();
    test::make_refused(before.trials[0], "no modifiers yet");
    const Changes changes = changes_between(before, test::small_survey());
    ASSERT_THAT(changes.better, SizeIs(1));
    EXPECT_THAT(changes.better[0].reasons, ElementsAre("no modifiers yet"));
    EXPECT_EQ(changes.headline(), "1 better, 2 as before");
}

TEST(Changes, FromWrongToRefusedAreForTheBetter) {
    Survey before = test::small_survey();
    Survey after = test::small_survey();
    test::make_different(before.trials[0]);
    test::make_refused(after.trials[0], "no");
    EXPECT_THAT(changes_between(before, after).better, SizeIs(1));
    EXPECT_THAT(changes_between(after, before).worse, SizeIs(1));
}

TEST(Changes, OfWhatIsNotThereAnyMoreHaveItsReason) {
    const Survey before = test::small_survey();
    Survey after = test::small_survey();
    after.sources[0].problem = "the heap is not built";
    after.trials.clear();
    const Changes changes = changes_between(before, after);
    ASSERT_THAT(changes.worse, SizeIs(3));
    EXPECT_EQ(changes.worse[0].after, Outcome::absent);
    EXPECT_THAT(changes.worse[0].reasons, ElementsAre("the heap is not built"));
    EXPECT_THAT(changes_between(after, before).better, SizeIs(3));
}

TEST(Changes, OfRefusedToNotThereAreNeither) {
    Survey before = test::small_survey();
    Survey after = test::small_survey();
    test::make_refused(before.trials[0], "no");
    after.trials.erase(after.trials.begin());
    const Changes changes = changes_between(before, after);
    ASSERT_THAT(changes.otherwise, SizeIs(1));
    EXPECT_THAT(changes.otherwise[0].reasons, ElementsAre("no"));
    EXPECT_TRUE(changes.any());
}

TEST(Changes, OfAllFormatsAreOne) {
    Survey before = test::small_survey();
    before.trials.push_back(before.trials[0]);
    before.trials.back().of.format = "RGB565";
    Survey after = before;
    test::make_refused(after.trials[0], "XRGB8888 is refused");
    test::make_refused(after.trials[3], "RGB565 is refused");
    const Changes changes = changes_between(before, after);
    ASSERT_THAT(changes.worse, SizeIs(1));
    EXPECT_THAT(changes.worse[0].formats, ElementsAre("XRGB8888", "RGB565"));
    EXPECT_EQ(changes.headline(), "2 got worse, 2 as before");
}

TEST(Changes, LeaveOutWhatWasNotAskedFor) {
    const Survey whole = test::small_survey();
    Survey part = test::small_survey();
    part.only.import = "buffer";
    std::erase_if(part.trials, [](const Trial& trial) { return trial.of.import != "buffer"; });
    const Changes changes = changes_between(whole, part);
    EXPECT_FALSE(changes.any());
    EXPECT_EQ(changes.same, 1);
    EXPECT_EQ(changes.incomparable, 2);
    EXPECT_FALSE(changes_between(part, whole).any());
    part.trials.clear(); // what was asked for is not there any more
    EXPECT_THAT(changes_between(whole, part).worse, SizeIs(1));

    Survey other = test::small_survey();
    other.only.exporter = "udmabuf";
    other.sources.erase(other.sources.begin());
    other.trials.clear();
    EXPECT_FALSE(changes_between(whole, other).any());
    other = test::small_survey();
    other.only.device = "1";
    other.devices.clear();
    other.trials.clear();
    EXPECT_FALSE(changes_between(whole, other).any());
}

TEST(Changes, AreUnknownIfNothingWasTriedInBoth) {
    const Survey before = test::small_survey();
    Survey after = test::small_survey();
    for (Trial& trial : after.trials) {
        trial.outcome = Outcome::untried;
    }
    const Changes none = changes_between(before, after);
    EXPECT_FALSE(none.any());
    EXPECT_FALSE(none.any_compared());
    EXPECT_THAT(none.text(), StartsWith("nothing can be compared: "));
    EXPECT_TRUE(changes_between(before, before).any_compared());
}

TEST(Changes, LeaveOutWhatWasNotTried) {
    Survey before = test::small_survey();
    before.trials[0].outcome = Outcome::untried;
    const Changes changes = changes_between(before, test::small_survey());
    EXPECT_FALSE(changes.any());
    EXPECT_EQ(changes.incomparable, 1);
    EXPECT_EQ(changes.same, 2);
    EXPECT_THAT(changes.text(), HasSubstr("Not compared: 1,"));
}

TEST(Changes, OfDevicesAreNamed) {
    Survey after = test::small_survey();
    after.devices[0].id = "1002:73bf radv";
    for (Trial& trial : after.trials) {
        trial.of.device = after.devices[0].id;
    }
    const Changes changes = changes_between(test::small_survey(), after);
    EXPECT_THAT(changes.worse, SizeIs(3));  // the old device is not there any more
    EXPECT_THAT(changes.better, SizeIs(3)); // and the new one works
    EXPECT_THAT(changes.facts, SizeIs(2));
}

} // namespace
} // namespace parallax::demo::survey
