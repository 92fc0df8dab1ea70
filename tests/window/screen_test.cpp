// SPDX-License-Identifier: MIT
// The window while a display shows the same memory, captured by QEMU's screendump.
#include "files/picture_file.hpp"
#include "support/kernel.hpp"
#include "support/module.hpp"
#include "window_run.hpp"

#include "parallax/kms/handles.hpp"
#include "parallax/kms/output.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <thread>

namespace parallax::test {
namespace {

using testing::HasSubstr;

/// A display shows the memory, too: the machine's, of which QEMU takes a screenshot.
class ScreenTest : public WindowTest {
protected:
    void SetUp() override {
        ASSERT_EQ(std::system("modprobe bochs"), 0);
        if (!display_imports()) {
            GTEST_SKIP() << "this kernel's bochs-drm imports no dma-buf";
        }
        before_ = shown();
    }

    /// The stroke, in a picture of the size that the display has a mode for.
    Outcome draw(const std::string& script, std::vector<std::string> more) {
        std::vector<std::string> all{"--views", "cpu,gpu,display", "--size",
                                     "640x480", "--window-size",   "480x160"};
        all.insert(all.end(), more.begin(), more.end());
        return run("0 press C\n1 colour #ff00ff\n1 size 60\n1 draw 80,240 to 560,240\n" + script,
                   all);
    }

    /// The state of the screen, from KMS.
    static std::uint32_t shown() {
        const auto card = kms::Card::open("bochs-drm");
        EXPECT_TRUE(card);
        const auto output = kms::choose_output(*card, {});
        EXPECT_TRUE(output);
        const kms::CrtcPtr crtc(drmModeGetCrtc(card->fd(), output->crtc));
        return crtc->buffer_id;
    }

    [[nodiscard]] std::uint32_t before() const { return before_; }

    /// True if the condition became true in time.
    static bool comes_true(const std::function<bool()>& condition) {
        for (int i = 0; i < 600 && !condition(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        return condition();
    }

private:
    std::uint32_t before_ = 0;
};

using LongScreenTest = ScreenTest;

TEST_P(ScreenTest, AStrokeIsOnTheDisplayInAPanelOfItsOwn) {
    const Outcome run = draw("", {"--validate", "--frames", "6", "--screenshot", screenshot()});
    ASSERT_EQ(run.status, 0) << run.output;
    EXPECT_GT(run.report["display"]["compared"], 0);
    EXPECT_EQ(run.report["display"]["different"], 0);
    EXPECT_EQ(run.report["display"]["missing"], "");
    const Picture cpu = panel(run, "cpu");
    EXPECT_GT(count(cpu, ink), cpu.extent().pixels() / 10);
    EXPECT_NEAR(static_cast<double>(count(panel(run, "display"), ink)),
                static_cast<double>(count(cpu, ink)), static_cast<double>(count(cpu, ink)) / 20);
    EXPECT_EQ(shown(), before());
}

// It is no display's, but the module is loaded by one test at a time.
TEST_P(ScreenTest, ADeviceReadsTheStrokeInAPanelOfItsOwn) {
    uapi::load_importer();
    const Outcome run = this->run("0 press C\n1 colour #ff00ff\n1 size 6\n1 draw 8,24 to 56,24\n",
                                  small({"--views", "cpu,gpu,device", "--validate", "--frames", "6",
                                         "--screenshot", screenshot()}));
    ASSERT_EQ(run.status, 0) << run.output;
    EXPECT_GT(run.report["device"]["compared"], 0);
    EXPECT_EQ(run.report["device"]["different"], 0);
    EXPECT_EQ(run.report["device"]["missing"], "");
    EXPECT_GT(count(panel(run, "device"), ink), 300U);
}

TEST_P(LongScreenTest, WhatMovesIsComparedInTheLastFrame) {
    const Outcome run = draw("2 press T\n", {"--frames", "5"});
    EXPECT_EQ(run.status, 0) << run.output;
    EXPECT_GT(run.report["display"]["compared"], 0);
}

TEST_P(ScreenTest, DecoyMemoryIsOnTheDisplayToo) {
    const Outcome run = draw("", {"--frames", "4", "--break", "decoy memory"});
    ASSERT_EQ(run.status, 1) << run.output;
    EXPECT_EQ(run.report["display"]["different"], run.report["different"]);
    EXPECT_GT(run.report["display"]["different"], 10000);
}

TEST_P(LongScreenTest, ACameraThatSeesSomethingElseIsBelieved) {
    save_png(Picture({.width = 640, .height = 480}, ink), folder() / "other.png");
    const Outcome run =
        draw("", {"--frames", "4", "--camera", "cp " + (folder() / "other.png").string()});
    ASSERT_EQ(run.status, 1) << run.output;
    EXPECT_EQ(run.report["different"], 0);
    EXPECT_GT(run.report["display"]["different"], 10000);
}

TEST_P(ScreenTest, WithoutACameraTheDisplayShowsItAndThatIsSaid) {
    const Outcome run = draw("", {"--frames", "4", "--camera", ""});
    ASSERT_EQ(run.status, 3) << run.output;
    EXPECT_THAT(run.output, HasSubstr("display: bochs-drm Virtual-1 shows it, but no camera"));
    EXPECT_EQ(run.report["display"]["missing"],
              "bochs-drm Virtual-1 shows it, but no camera looks there (--camera)");
    EXPECT_FALSE(run.report["panels"].contains("display"));
}

TEST_P(ScreenTest, ACardThatBelongsToAnotherIsSaid) {
    const auto compositor = kms::Card::open("bochs-drm"); // first come, master
    ASSERT_TRUE(compositor);
    const Outcome run = draw("", {"--frames", "4"});
    ASSERT_EQ(run.status, 3) << run.output;
    EXPECT_THAT(run.report["display"]["missing"].get<std::string>(),
                HasSubstr("(bochs-drm) belongs to another program"));
    EXPECT_FALSE(run.report["panels"].contains("display"));
}

TEST_P(ScreenTest, WhatTheDisplayShowedComesBackWhateverEndsTheWindow) {
    // The camera tells when the display shows it: to open the card before that would be to take it.
    const std::filesystem::path asked = folder() / "asked";
    const std::filesystem::path other = folder() / "other.png";
    save_png(Picture({.width = 640, .height = 480}, ink), other);
    for (const int signal : {SIGINT, SIGQUIT, SIGKILL}) {
        std::filesystem::remove(asked);
        Process process(command("", {"--views", "cpu,gpu,display", "--window-size", "480x160",
                                     "--frames", "1000000", "--camera",
                                     "touch " + asked.string() + "; cp " + other.string()}),
                        display().environment(), folder() / "output");
        EXPECT_TRUE(comes_true([&] { return std::filesystem::exists(asked); })) << signal;
        EXPECT_NE(shown(), before()) << signal;
        ::kill(process.id(), signal);
        process.wait();
        EXPECT_TRUE(comes_true([&] { return shown() == before(); })) << signal;
    }
}

TEST_P(LongScreenTest, ACameraThatHangsDoesNotKeepTheWindowFromClosing) {
    const Outcome run = draw("3 press Esc\n", {"--frames", "1000", "--camera", "sleep 1000; true"});
    ASSERT_EQ(run.status, 3) << run.output;
    EXPECT_EQ(run.report["display"]["compared"], 0);
    EXPECT_EQ(shown(), before());
}

TEST_P(LongScreenTest, ADisplayThatIsLostLeavesTheWindowAndASentence) {
    const Outcome run = draw("3 lose display\n", {"--frames", "6"});
    ASSERT_EQ(run.status, 0) << run.output;
    EXPECT_EQ(run.report["frames"], 6);
    EXPECT_THAT(run.report["display"]["missing"].get<std::string>(),
                HasSubstr("was ended by signal 9"));
    EXPECT_EQ(shown(), before());
}

TEST_P(LongScreenTest, SteadyFramesWithADisplayAllocateNothing) {
    count_allocations();
    const Outcome run = draw("45 draw 80,400 to 560,400 over 20\n", {"--frames", "100"});
    ASSERT_EQ(run.status, 0) << run.output;
    EXPECT_GT(run.report["display"]["compared"], 1);
    EXPECT_GE(run.report["steady_frames"], 30);
    EXPECT_EQ(run.report["steady_allocations"], 0);
}

INSTANTIATE_TEST_SUITE_P(, LongScreenTest,
                         testing::Values(WindowSystem::x11, WindowSystem::wayland), name_of);
INSTANTIATE_TEST_SUITE_P(, ScreenTest, testing::Values(WindowSystem::x11, WindowSystem::wayland),
                         name_of);

} // namespace
} // namespace parallax::test
