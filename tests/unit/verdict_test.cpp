// SPDX-License-Identifier: MIT
#include "parallax/image/pixels.hpp"
#include "report/verdict.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <system_error>

namespace parallax::demo {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Verdict verdict(std::vector<Check> checks) {
    return {.facts = {{"exporter", "udmabuf"}, {"mode", "2x2"}},
            .layout = packed_layout({2, 2}, rgb_fourccs().front(), 256),
            .checks = std::move(checks)};
}

TEST(Verdict, OfViewsThatAgree) {
    const Verdict same = verdict({{"a", "A", {.compared = 4}}});
    EXPECT_TRUE(same.agree());
    EXPECT_EQ(same.headline(), "same memory: 0 of 4 pixels differ");
    EXPECT_EQ(same.json()["agree"], true);
}

TEST(Verdict, OfViewsThatDiffer) {
    const Verdict different = verdict({{"a", "A", {.compared = 4, .different = 1}}});
    EXPECT_FALSE(different.agree());
    EXPECT_EQ(different.headline(), "DIFFERENT: 1 of 4 pixels differ");
    EXPECT_EQ(different.json()["agree"], false);
}

TEST(Verdict, SaysHowManyChecksItAdds) {
    const Check one{"a", "A", {.compared = 4}};
    const Check smaller{"b", "B", {.compared = 2}};
    EXPECT_EQ(verdict({one, one, one}).headline(),
              "same memory: 0 of 12 pixels differ, in 3 checks of 4");
    EXPECT_EQ(verdict({one, smaller}).headline(), "same memory: 0 of 6 pixels differ, in 2 checks");
}

TEST(Verdict, SaysWhichPixelWasWritten) {
    const Check check{
        "a",
        "A",
        {.compared = 4, .different = 1, .first = Difference{.x = 1, .left = {1, 2, 3, 4}}}};
    EXPECT_THAT(verdict({check}).text(),
                HasSubstr("first at (1, 0): #01020304 was written, #000000ff is read"));
}

// A broken rule that shows nowhere is not called the same memory.
TEST(Verdict, OfABrokenRuleThatIsNotSeen) {
    Verdict broken = verdict({{"a", "A", {.compared = 4}}});
    broken.unseen = "it is warm";
    EXPECT_EQ(broken.headline(), "not seen: 0 of 4 pixels differ");
    EXPECT_THAT(broken.text(), HasSubstr("cannot be seen on this machine: it is warm\n"));
    EXPECT_THAT(broken.text(true), StartsWith("\x1b[90mnot seen: 0 of 4 pixels differ\x1b[0m\n"));
    EXPECT_EQ(broken.json()["unseen"], "it is warm");
    broken.checks.front().result.different = 1;
    EXPECT_EQ(broken.headline(), "DIFFERENT: 1 of 4 pixels differ");
    EXPECT_THAT(broken.text(), Not(HasSubstr("it is warm")));
    EXPECT_TRUE(broken.json()["unseen"].is_null());
}

TEST(Verdict, IsNoneWhereNothingWasCompared) {
    for (const Verdict& nothing : {verdict({}), verdict({{"a", "A", {}}})}) {
        EXPECT_FALSE(nothing.agree());
        EXPECT_THAT(nothing.text(), StartsWith("nothing was compared\n"));
        EXPECT_THAT(nothing.text(), Not(HasSubstr("DIFFERENT")));
        EXPECT_TRUE(nothing.json()["agree"].is_null());
    }
}

TEST(Verdict, HasItsFactsByTheirNames) {
    const Verdict one = verdict({{"a", "A", {.compared = 4}}});
    EXPECT_EQ(one.json()["exporter"], "udmabuf");
    EXPECT_EQ(one.json()["mode"], "2x2");
    EXPECT_FALSE(one.json().contains("driver"));
    EXPECT_THAT(one.text(), HasSubstr("\n  exporter   udmabuf\n  mode       2x2\n"));
}

ExitStatus finish_in(const std::filesystem::path& folder, const Verdict& found) {
    const Picture picture({2, 2});
    const std::array pictures{TitledPicture{.title = "view", .picture = &picture}};
    return finish(found, pictures, {.folder = folder, .json = "v.json", .picture = "v.png"}, false);
}

TEST(Verdict, EndsWithTheStatusOfWhatWasCompared) {
    const test::TemporaryFolder folder;
    EXPECT_EQ(finish_in(folder.path(), verdict({{"a", "A", {.compared = 4}}})), ExitStatus::agree);
    EXPECT_EQ(finish_in(folder.path(), verdict({{"a", "A", {.compared = 4, .different = 1}}})),
              ExitStatus::differ);
    EXPECT_EQ(finish_in(folder.path(), verdict({{"a", "A", {}}})), ExitStatus::failed);
    Verdict broken = verdict({{"a", "A", {.compared = 4}}});
    broken.unseen = "it is warm";
    EXPECT_EQ(finish_in(folder.path(), broken), ExitStatus::unsupported);
}

TEST(Verdict, IsWrittenBeforeItsPicture) {
    const test::TemporaryFolder folder;
    std::filesystem::create_directory(folder.path() / "v.png"); // which no file replaces
    EXPECT_THROW(finish_in(folder.path(), verdict({{"a", "A", {.compared = 4}}})),
                 std::system_error);
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "v.json"));
}

} // namespace
} // namespace parallax::demo
