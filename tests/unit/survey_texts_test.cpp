// SPDX-License-Identifier: MIT
// A survey as a page, as Markdown and as text.
#include "survey/base64.hpp"
#include "survey/page.hpp"
#include "survey/privacy.hpp"
#include "survey/text.hpp"
#include "unit/small_survey.hpp"

#include <gmock/gmock.h>

#include <string>

namespace parallax::demo::survey {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

TEST(Base64, IsPadded) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64(std::string_view("\xff\xfe\x00", 3)), "//4A");
}

TEST(Page, NeedsNothingElse) {
    const std::string page = page_of(test::small_survey());
    EXPECT_THAT(page, StartsWith("<!doctype html>"));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("http:")));
    EXPECT_THAT(page, Not(HasSubstr("https:")));
    EXPECT_THAT(page, Not(HasSubstr("<link")));
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
    EXPECT_THAT(page, HasSubstr("@media print"));
    EXPECT_THAT(page, HasSubstr("width=device-width"));
}

TEST(Page, SaysFirstWhatWorks) {
    const std::string page = page_of(test::small_survey());
    EXPECT_THAT(page, HasSubstr("<h1>All 3 combinations work</h1>"));
    EXPECT_THAT(page, HasSubstr("<b>✓ 3</b> verified"));
    EXPECT_THAT(page, HasSubstr(std::string(privacy_statement)));
}

TEST(Page, HasAFieldAndDetailsForEachTrial) {
    Survey survey = test::small_survey();
    test::make_different(survey.trials[1]);
    const std::string page = page_of(survey);
    EXPECT_EQ(count(page, "<td><button"), 3);
    EXPECT_EQ(count(page, "<div popover id="), 3);
    EXPECT_THAT(page, HasSubstr("popovertarget=\"trial-1\""));
    EXPECT_THAT(page, HasSubstr("<div popover id=\"trial-1\" class=\"wrong\">"));
    EXPECT_THAT(page, HasSubstr("<span class=\"spoken\">system, XRGB8888, linear: differs</span>"));
    EXPECT_THAT(page, HasSubstr("src=\"data:image/png;base64,BBBB\""));
    EXPECT_THAT(page, HasSubstr("stride 1280 bytes, 256000 bytes in a buffer of 258048"));
    EXPECT_THAT(page, HasSubstr("import 1.5"));
}

TEST(Page, SaysWhyAnExporterIsNotThere) {
    EXPECT_THAT(page_of(test::small_survey()), HasSubstr("– not there: no such node"));
}

TEST(Page, SaysWhyADeviceCannotBeUsed) {
    Survey survey = test::small_survey();
    survey.devices[0].refusals = {"has no dma-bufs"};
    survey.trials.clear();
    const std::string page = page_of(survey);
    EXPECT_THAT(page, HasSubstr("<li>has no dma-bufs</li>"));
    EXPECT_THAT(page, HasSubstr("Nothing can be shared on this machine"));
    EXPECT_THAT(page, Not(HasSubstr("<td><button")));
}

TEST(Page, SaysWhyThereIsNoVulkan) {
    Survey survey = test::small_survey();
    survey.devices.clear();
    survey.trials.clear();
    survey.no_vulkan = {"no loader"};
    EXPECT_THAT(page_of(survey), HasSubstr("<li>no loader</li>"));
}

TEST(Page, SaysThatItWasStopped) {
    Survey survey = test::small_survey();
    survey.ended = "It was stopped after 1 of 3 combinations.";
    EXPECT_THAT(page_of(survey),
                HasSubstr("<p class=\"note\">It was stopped after 1 of 3 combinations.</p>"));
}

TEST(Page, TextsOfOthersAreNoHtml) {
    Survey survey = test::small_survey();
    const std::string evil = "\"><script>alert('x')</script>&amp;";
    for_each_sentence(survey, [&evil](std::string& text) { text = evil; });
    survey.sources[0].name = evil;
    survey.sources[0].summary = evil;
    for (Trial& trial : survey.trials) {
        trial.of.exporter = evil;
        trial.of.format = evil;
        trial.of.import = evil;
        trial.reasons = {evil};
        trial.validation = {evil};
        trial.pictures = {{.title = evil, .base64 = ""}};
        trial.laps[0].name = evil;
        trial.checks[0].sentence = evil;
        trial.checks[0].different = 1;
    }
    survey.trials[1].outcome = Outcome::differs;
    survey.machine[0].name = evil;
    survey.program = evil;
    survey.date = evil;
    survey.ended = evil;
    const std::string page = page_of(survey);
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)"));
    EXPECT_THAT(page, Not(HasSubstr("\"><script")));
}

TEST(Markdown, IsShortWhereAllWorks) {
    const std::string text = markdown_of(test::small_survey());
    EXPECT_THAT(text, StartsWith("### Parallax report, 2026-11-26\n\n**All 3 combinations work**"));
    EXPECT_THAT(text, HasSubstr("| exporter | modifier | linear | buffer |\n|---|---|---|---|\n"
                                "| `system` | ✓ 1 | ✓ 1 | ✓ 1 |\n"
                                "| `udmabuf` | – | – | – |\n"));
    EXPECT_THAT(text, HasSubstr("- – not there: `udmabuf`\n  - `no such node`\n"));
    EXPECT_THAT(text, HasSubstr("| kernel | `7.3` |"));
    EXPECT_THAT(text, HasSubstr(std::string(privacy_statement)));
}

TEST(Markdown, HasTheReasonsOfWhatDoesNotWork) {
    Survey survey = test::small_survey();
    survey.machine[1].value = "C|D";
    test::make_refused(survey.trials[0], "@someone fixed #7 in a|b");
    const std::string text = markdown_of(survey);
    EXPECT_THAT(text, HasSubstr("| model | `C\\|D` |"));
    EXPECT_THAT(text, HasSubstr("| `system` | ✕ 1 | ✓ 1 | ✓ 1 |"));
    EXPECT_THAT(text, HasSubstr("- ✕ 1 refused on `llvmpipe (LLVM 19)`: `import modifier; "
                                "exporter system; format XRGB8888`\n  - `@someone fixed #7 in "
                                "a|b`\n"));
}

TEST(Markdown, CodeHoldsBackticks) {
    EXPECT_EQ(code("a"), "`a`");
    EXPECT_EQ(code(""), "`-`");
    EXPECT_EQ(code("a`b"), "`` a`b ``");
    EXPECT_EQ(code("``"), "``` `` ```");
    EXPECT_EQ(code("<b>"), "`<b>`");
}

TEST(SurveyText, FitsATerminal) {
    Survey survey = test::small_survey();
    test::make_different(survey.trials[1]);
    survey.ended = "It was stopped.";
    const std::string text = text_of(survey);
    EXPECT_THAT(text, StartsWith("2 of 3 combinations work, 1 goes wrong\n"));
    EXPECT_THAT(text, AllOf(HasSubstr("    system        modifier: 1 verified; linear: 1 differs; "
                                      "buffer: 1 verified\n"),
                            HasSubstr("    udmabuf       not there: no such node\n"),
                            HasSubstr("  1 differs: llvmpipe (LLVM 19); import linear; exporter "
                                      "system; format XRGB8888\n"),
                            HasSubstr("It was stopped.\n")));
}

} // namespace
} // namespace parallax::demo::survey
