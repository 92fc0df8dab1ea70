// SPDX-License-Identifier: MIT
// A Wayland compositor shows what the CPU writes, and presents frames that the CPU draws.
#include "support/display.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"
#include "support/vgem.hpp"
#include "unit/small_compositor.hpp"
#include "viewers/viewed.hpp"

#include "parallax/dmabuf/exporter.hpp"
#include "parallax/text.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <utility>

namespace parallax {
namespace {

using test::drawn;
using test::Program;
using test::Viewed;
using testing::HasSubstr;

constexpr Extent screen{.width = 640, .height = 400};

/// Weston without a screen, and this process's environment with it.
class WithCompositor : public testing::Test {
protected:
    void start(test::Renderer renderer = test::Renderer::gl,
               bool anyone_may_take_screenshots = true) {
        compositor_.emplace(
            folder_.path(),
            test::Compositor::Options{.width = screen.width,
                                      .height = screen.height,
                                      .renderer = renderer,
                                      .anyone_may_take_screenshots = anyone_may_take_screenshots});
        ::setenv("XDG_RUNTIME_DIR", folder_.path().c_str(), 1);
        ::setenv("WAYLAND_DISPLAY", test::Compositor::socket, 1);
    }

    void stop() { compositor_.reset(); }

    [[nodiscard]] Program present(std::vector<std::string> options) const {
        options.insert(options.begin(), "present");
        return Program(std::move(options));
    }

    [[nodiscard]] const test::TemporaryFolder& folder() const { return folder_; }

    std::unique_ptr<Exporter> exporter = open_exporter("exporter").value();

private:
    test::TemporaryFolder folder_;
    std::optional<test::Compositor> compositor_;
};

TEST_F(WithCompositor, ShowsTwoWritesOfTheCpuByOneImportAndFindsADecoy) {
    start();
    DrawnBuffer buffer = drawn(*exporter, screen, rgb_fourccs().front(), 1);
    Viewed compositor("compositor");
    compositor.show(buffer);
    EXPECT_EQ(compositor.compared_with(buffer.cpu_view()).different, 0U);
    buffer.paint(test_pattern(screen, 2));
    EXPECT_EQ(compositor.compared_with(buffer.cpu_view()).different, 0U);

    const DrawnBuffer decoy(*exporter, screen, rgb_fourccs().front());
    compositor.show(decoy);
    EXPECT_GT(compositor.compared_with(buffer.cpu_view()).different, screen.pixels() * 9 / 10);
}

TEST_F(WithCompositor, ShowsEveryFormatThatItLists) {
    start();
    int shown = 0;
    for (const std::uint32_t fourcc : rgb_fourccs()) {
        const DrawnBuffer buffer = drawn(*exporter, screen, fourcc, 1);
        Viewed compositor("compositor");
        compositor.show(buffer);
        if (const auto seen = compositor.see()) {
            EXPECT_EQ(compare(demo::without_alpha(buffer.cpu_view()), *seen).different, 0U)
                << format_of(fourcc).name;
            ++shown;
        } else {
            EXPECT_THAT(compositor.trouble(),
                        HasSubstr(text::format("does not take {}", format_of(fourcc).name)));
        }
    }
    EXPECT_GE(shown, 4);
}

TEST_F(WithCompositor, ShowsPlanesOfLumaAndChroma) {
    start();
    int shown = 0;
    for (const Format& format : formats()) {
        if (!format.is_ycbcr) {
            continue;
        }
        for (const PlanePlacement placement :
             {PlanePlacement::one_buffer, PlanePlacement::buffer_each}) {
            SCOPED_TRACE(format.name);
            DrawnBuffer buffer(*exporter, portable_layout(screen, format.fourcc, placement));
            buffer.paint(test_pattern(screen, 1));
            Viewed compositor("compositor");
            compositor.show(buffer);
            if (!compositor.see()) {
                EXPECT_THAT(compositor.trouble(),
                            HasSubstr(text::format("does not take {}", format.name)));
                continue;
            }
            const Comparison result = compositor.compared_with(
                buffer.cpu_view(),
                demo::tolerance_of(test::viewer_kind("compositor"), buffer.layout()));
            EXPECT_EQ(result.different, 0U) << "by " << result.largest;
            ++shown;
        }
    }
    EXPECT_GE(shown, 4);
}

TEST_F(WithCompositor, ShowsASmallerPictureInTheMiddleOfTheOutput) {
    start();
    const DrawnBuffer buffer =
        drawn(*exporter, {.width = 200, .height = 100}, rgb_fourccs().front(), 1);
    Viewed compositor("compositor");
    compositor.show(buffer);
    EXPECT_EQ(compositor.compared_with(buffer.cpu_view()).different, 0U);
}

TEST_F(WithCompositor, ALargerPictureIsRefused) {
    start();
    const DrawnBuffer buffer(*exporter, {.width = 800, .height = 400}, rgb_fourccs().front());
    Viewed compositor("compositor");
    compositor.show(buffer);
    EXPECT_EQ(compositor.see(), std::nullopt);
    EXPECT_THAT(compositor.trouble(), HasSubstr("has 640x400 pixels, and the picture 800x400"));
}

TEST_F(WithCompositor, OneThatDrawsByTheCpuTakesNoDmaBuf) {
    start(test::Renderer::pixman);
    const DrawnBuffer buffer(*exporter, screen, rgb_fourccs().front());
    Viewed compositor("compositor");
    compositor.show(buffer);
    EXPECT_EQ(compositor.see(), std::nullopt);
    EXPECT_THAT(compositor.trouble(), HasSubstr("the compositor takes no dma-bufs"));
    EXPECT_FALSE(compositor.failed());
    Program program = present({});
    EXPECT_EQ(program.wait(), 3);
    EXPECT_THAT(program.printed(), HasSubstr("the compositor takes no dma-bufs"));
}

TEST_F(WithCompositor, OneThatLetsNobodyTakeScreenshotsIsNotSeen) {
    start(test::Renderer::gl, false);
    const DrawnBuffer buffer(*exporter, screen, rgb_fourccs().front());
    Viewed compositor("compositor");
    compositor.show(buffer);
    EXPECT_EQ(compositor.see(), std::nullopt);
    EXPECT_THAT(compositor.trouble(), HasSubstr("takes no screenshot of "));
    EXPECT_FALSE(compositor.failed());
}

TEST_F(WithCompositor, ItsEndIsNamed) {
    start();
    const DrawnBuffer buffer = drawn(*exporter, screen, rgb_fourccs().front(), 1);
    Viewed compositor("compositor");
    compositor.show(buffer);
    ASSERT_NE(compositor.see(), std::nullopt);
    stop();
    EXPECT_EQ(compositor.see(), std::nullopt);
    EXPECT_THAT(compositor.trouble(), HasSubstr("the connection with the compositor was lost"));
    EXPECT_TRUE(compositor.failed());
}

TEST_F(WithCompositor, RenderComparesItWithTheOthers) {
    start();
    Program program({"render", "--size", "640x400", "--views", "gl,compositor", "--out",
                     folder().path().string()});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("OpenGL draws: 256000 pixels, 0"));
    EXPECT_THAT(program.printed(), HasSubstr("the compositor shows: 256000 pixels, 0"));
}

TEST_F(WithCompositor, PresentShowsEveryFrameAndGetsEveryBufferBack) {
    start();
    test::load_vgem();
    for (const auto& [buffers, source] : {std::pair{"2", "exporter"}, std::pair{"5", "vgem"}}) {
        Program program = present({"--size", "128x96", "--frames", "12", "--json", "--buffers",
                                   buffers, "--exporter", source});
        EXPECT_EQ(program.wait(), 0) << program.printed();
        const auto report = nlohmann::json::parse(program.printed());
        EXPECT_EQ(report.at("taken"), true);
        EXPECT_EQ(report.at("modifier"), "LINEAR");
        EXPECT_EQ(report.at("frames_drawn"), 12);
        EXPECT_EQ(report.at("frames_shown"), 12);
        EXPECT_EQ(report.at("buffers_released"), 12);
        EXPECT_THAT(report.at("table").at("XRGB8888").dump(), HasSubstr("LINEAR"));
    }
}

TEST_F(WithCompositor, PresentFillsAnOutput) {
    start();
    Program program = present({"--size", "640x400", "--frames", "3", "--fullscreen"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("3 frames drawn, 3 shown, 3 released"));
}

TEST_F(WithCompositor, PresentEndsWhenItIsAskedToStop) {
    start();
    Program program = present({"--size", "64x48"});
    ASSERT_TRUE(program.prints("presenting 3 buffers"));
    ::usleep(300'000);
    program.send(SIGINT);
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr(" shown, "));
}

TEST_F(WithCompositor, PresentSaysThatTheCompositorWentAway) {
    start();
    Program program = present({"--size", "64x48"});
    ASSERT_TRUE(program.prints("presenting 3 buffers"));
    stop();
    EXPECT_EQ(program.wait(), 4) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("the connection with the compositor was lost"));
}

TEST(Present, EndsAtOnceIfItIsStoppedWhileTheCompositorSaysNothing) {
    const test::SmallCompositor compositor({}, test::SmallCompositor::Manner::silent);
    Program program({"present", "--compositor", compositor.socket()});
    while (!compositor.asked()) {
        ::usleep(1000);
    }
    program.send(SIGINT);
    EXPECT_EQ(program.wait(), -SIGINT) << program.printed();
}

} // namespace
} // namespace parallax
