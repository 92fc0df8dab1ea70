// SPDX-License-Identifier: MIT
#include "window/rules.hpp"
#include "window/script.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace parallax::demo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::vector<TimedEvent> parse(std::string_view text) {
    const Script script = Script::parse(text, "show.script");
    return {script.events().begin(), script.events().end()};
}

std::string error_of(std::string_view text) {
    try {
        static_cast<void>(Script::parse(text, "show.script"));
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Script, EmptyLinesAndCommentsSayNothing) {
    EXPECT_THAT(parse(""), SizeIs(0));
    EXPECT_THAT(parse("\n  \n# 1 press C\n\t# more\n"), SizeIs(0));
}

TEST(Script, EveryCommandBecomesItsEvent) {
    const Brush orange{.colour = {.r = 255, .g = 136, .b = 0}, .radius = Brush{}.radius};
    using Kind = PointerInput::Kind;
    const Brush wide{.colour = orange.colour, .radius = 12.5F};
    EXPECT_THAT(
        parse("0 draw 1,2 to 3.5,-4\n"
              "1 point 12,80\n"
              "2 colour #ff8800\n"
              "3 size 12.5\n"
              "4 press SPACE\n"
              "5 orbit 20,-10\n"
              "6 zoom 1.5\n"
              "7 resize 640x400\n"
              "8 open a file.png\r\n"
              "9 screenshot out/b.png\n"
              "10 lose device\n"
              "11 lose surface\n"
              "12 lose process\n"
              "13 lose display\n"
              "14 pointer 7,8.5 down\n"
              "14 pointer 9,8\n"
              "15 pointer 9,10 up\n"),
        ElementsAre(
            TimedEvent{0, Stroke{.from = {1, 2}, .to = {3.5F, -4}}},
            TimedEvent{1, PointAt{{12, 80}}}, TimedEvent{2, ChangeBrush{orange}},
            TimedEvent{3, ChangeBrush{wide}}, TimedEvent{4, Action::toggle_life},
            TimedEvent{5, Orbit{{20, -10}}}, TimedEvent{6, Zoom{1.5F}},
            TimedEvent{7, Resize{{.width = 640, .height = 400}}},
            TimedEvent{8, OpenPicture{"a file.png"}}, TimedEvent{9, SaveScreenshot{"out/b.png"}},
            TimedEvent{10, Lose{Lose::What::device}}, TimedEvent{11, Lose{Lose::What::surface}},
            TimedEvent{12, Lose{Lose::What::process}}, TimedEvent{13, Lose{Lose::What::display}},
            TimedEvent{14, PointerInput{.kind = Kind::move, .place = {7, 8.5F}}},
            TimedEvent{14, PointerInput{.kind = Kind::press, .place = {7, 8.5F}}},
            TimedEvent{14, PointerInput{.kind = Kind::move, .place = {9, 8}}},
            TimedEvent{15, PointerInput{.kind = Kind::move, .place = {9, 10}}},
            TimedEvent{15, PointerInput{.kind = Kind::release, .place = {9, 10}}}));
}

TEST(Script, AStrokeOverSeveralFramesIsContinuous) {
    EXPECT_THAT(parse("5 draw 0,0 to 40,20 over 4"),
                ElementsAre(TimedEvent{5, Stroke{.from = {0, 0}, .to = {10, 5}}},
                            TimedEvent{6, Stroke{.from = {10, 5}, .to = {20, 10}}},
                            TimedEvent{7, Stroke{.from = {20, 10}, .to = {30, 15}}},
                            TimedEvent{8, Stroke{.from = {30, 15}, .to = {40, 20}}}));
}

TEST(Script, EventsAreInTheOrderOfFramesAndThenOfLines) {
    EXPECT_THAT(parse("9 press C\n2 press T\n9 press R\n"),
                ElementsAre(TimedEvent{2, Action::toggle_animation}, TimedEvent{9, Action::clear},
                            TimedEvent{9, Action::reload}));
}

TEST(Script, AddedEventsComeAfterThoseOfTheirFrame) {
    Script script = Script::parse("1 press C\n5 press R\n", "show.script");
    script.add({.frame = 1, .event = Action::quit});
    EXPECT_THAT(script.events(),
                ElementsAre(TimedEvent{1, Action::clear}, TimedEvent{1, Action::quit},
                            TimedEvent{5, Action::reload}));
}

TEST(Script, EveryKeyOfTheHelpCanBePressed) {
    for (const Control& control : controls()) {
        EXPECT_THAT(parse(std::string("0 press ") + std::string(control.name)),
                    ElementsAre(TimedEvent{0, control.action}));
        EXPECT_EQ(find_control(control.key), &control) << control.name << " has a key of another";
    }
}

TEST(Script, EveryRuleHasAKey) {
    for (std::size_t i = 0; i < rules().size(); ++i) {
        EXPECT_EQ(find_rule(rules()[i].action), i);
        EXPECT_EQ(find_rule(rules()[i].mistake->name), i);
        EXPECT_EQ(find_rule(rules()[i].mistake->title), i);
        EXPECT_EQ(control_of(rules()[i].action).action, rules()[i].action);
    }
    EXPECT_FALSE(find_rule(Action::keep_all_rules));
    EXPECT_FALSE(find_rule("no such rule"));
}

TEST(Script, StopsBeforeItsEventsFillTheMemory) {
    std::string text;
    for (int i = 0; i < 10; ++i) {
        text += "0 draw 0,0 to 9,9 over 100000\n";
    }
    EXPECT_EQ(parse(text).size(), 1'000'000U);
    EXPECT_THAT(error_of(text + "0 draw 0,0 to 9,9\n"),
                HasSubstr("show.script:11: a script makes at most 1000000 events"));
}

struct Mistake {
    const char* name;
    const char* text;
    const char* message;
};

class ScriptMistake : public testing::TestWithParam<Mistake> {};

TEST_P(ScriptMistake, IsRefusedWithItsLineAndWhatIsAccepted) {
    EXPECT_THAT(error_of(std::string("# a comment\n") + GetParam().text),
                AllOf(HasSubstr("show.script:2: "), HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    , ScriptMistake,
    testing::Values(
        Mistake{"NoFrame", "press C", "'press' is no frame number"},
        Mistake{"NegativeFrame", "-1 press C", "'-1' is no frame number"},
        Mistake{"NoCommand", "7", "command is missing"},
        Mistake{"UnknownCommand", "7 jump", "there is no command 'jump'; there are draw, point"},
        Mistake{"UnknownKey", "7 press Q", "key 'Q' does nothing; there are space, T"},
        Mistake{"NoKey", "7 press", "key is missing"},
        Mistake{"NoPair", "7 point 12", "write two numbers with a comma"},
        Mistake{"NoNumber", "7 point 12,x", "'12,x' is no place in the picture"},
        Mistake{"NoButton", "7 pointer 1,2 left", "'down' or 'up' was expected, not 'left'"},
        Mistake{"NoTo", "7 draw 1,2 3,4", "'to' was expected, not '3,4'"},
        Mistake{"NoEnd", "7 draw 1,2 to", "place in the picture is missing"},
        Mistake{"NoOver", "7 draw 1,2 to 3,4 slowly", "'over' was expected, not 'slowly'"},
        Mistake{"OverNothing", "7 draw 1,2 to 3,4 over 0", "1 to 100000 frames"},
        Mistake{"NoColour", "7 colour red", "write #RRGGBB"},
        Mistake{"ShortColour", "7 colour #12345", "write #RRGGBB"},
        Mistake{"HugeBrush", "7 size 1000", "radius is 0.5 to 64"},
        Mistake{"BrushOfNaN", "7 size nan", "'nan' is no radius"},
        // The fuzzer drew and looked there; what becomes of it was undefined.
        Mistake{"StrokeFromNaN", "7 draw nan,0 to 3,4", "'nan,0' is no place in the picture"},
        Mistake{"PointAtInfinity", "7 point 0,-inf", "'0,-inf' is no place in the picture"},
        Mistake{"PointFarOutside", "7 point 1e30,0", "'1e30,0' is no place in the picture"},
        Mistake{"ZoomOfNaN", "7 zoom nan", "'nan' is no factor"},
        Mistake{"OrbitOfInfinity", "7 orbit inf,0", "'inf,0' is no pair of angles"},
        Mistake{"LastFrame", "1000000000001 press C", "the last frame is 1000000000000"},
        Mistake{"NoZoom", "7 zoom 0", "a number above 0"},
        Mistake{"NoSize", "7 resize 640", "write WIDTHxHEIGHT"},
        Mistake{"EmptySize", "7 resize 0x9", "write WIDTHxHEIGHT"},
        Mistake{"NoFile", "7 open  ", "file is missing"},
        Mistake{"LoseTheWay", "7 lose way", "write device, surface, process or display"},
        Mistake{"TooMuch", "7 press C now", "'now' is too much after 'press'"}),
    [](const auto& mistake) { return std::string(mistake.param.name); });

} // namespace
} // namespace parallax::demo
