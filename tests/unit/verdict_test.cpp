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
