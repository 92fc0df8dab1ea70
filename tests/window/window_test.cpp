// SPDX-License-Identifier: MIT
// The window on X11 and Wayland, with scripted input. Its screenshots are compared panel by panel.
#include "window_run.hpp"

#include "parallax/text.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <span>
#include <thread>

namespace parallax::test {
namespace {

using testing::HasSubstr;

constexpr const char* stroke = "0 press C\n"
                               "1 colour #ff00ff\n"
                               "1 size 6\n"
                               "1 draw 8,24 to 56,24 over 3\n";

TEST_P(WindowTest, AStrokeIsInBothViewsAndTheDifferenceIsBlack) {
    const Outcome run =
        this->run(stroke, small({"--validate", "--frames", "8", "--screenshot", screenshot()}));
    ASSERT_EQ(run.status, 0) << run.output;
    EXPECT_EQ(run.report["window"], GetParam() == WindowSystem::x11 ? "X11" : "Wayland");
    EXPECT_GT(run.report["compared"], 0);
    EXPECT_EQ(run.report["different"], 0);
    const Picture cpu = panel(run, "cpu");
    const Picture gpu = panel(run, "gpu");
    EXPECT_GT(count(cpu, ink), cpu.extent().pixels() / 10);
    EXPECT_GT(count(cpu, black), cpu.extent().pixels() / 2);
    EXPECT_NEAR(static_cast<double>(count(gpu, ink)), static_cast<double>(count(cpu, ink)),
                static_cast<double>(count(cpu, ink)) / 20);
    EXPECT_TRUE(is_black(panel(run, "difference")));
}

// Everything happens before one frame, as if the frame before it had taken seconds.
TEST_P(WindowTest, APointerThatIsFasterThanFramesDrawsItsWholeStroke) {
    const auto corners =
        run("", small({"--frames", "1"})).report["panels"]["cpu"].get<std::vector<float>>();
    const auto pointer = [&](float x, float y, const char* button) {
        return text::format("1 pointer {},{} {}\n", std::lerp(corners[0], corners[2], x),
                            std::lerp(corners[1], corners[3], y), button);
    };
    const Outcome run = this->run(
        "0 press C\n1 colour #0000ff\n1 size 4\n1 draw 0,40 to 64,40\n1 press C\n"
        "1 colour #ff00ff\n" +
            pointer(0.1F, 0.5F, "down") + pointer(0.9F, 0.5F, "") + pointer(0.9F, 0.1F, "") +
            pointer(0.9F, 0.1F, "up") + "1 colour #00ff00\n" + pointer(0.1F, 0.9F, ""),
        small({"--frames", "4", "--screenshot", screenshot()}));
    ASSERT_EQ(run.status, 0) << run.output;
    const Picture cpu = panel(run, "cpu");
    const auto [width, height] = cpu.extent();
    for (const float x : {0.1F, 0.3F, 0.5F, 0.9F}) {
        const Rgba8 seen =
            cpu.at(static_cast<std::uint32_t>(x * static_cast<float>(width)), height / 2);
        EXPECT_EQ(seen, ink) << x;
    }
    EXPECT_EQ(cpu.at(width * 9 / 10, height / 5), ink);
    EXPECT_EQ(cpu.at(width / 10, height * 9 / 10), black);
}

TEST_P(WindowTest, DecoyMemoryShowsInTheDifference) {
    const Outcome run = this->run(stroke, small({"--validate", "--frames", "8", "--screenshot",
                                                 screenshot(), "--break", "decoy memory"}));
    ASSERT_EQ(run.status, 1) << run.output;
    EXPECT_GT(run.report["different"], 300);
    EXPECT_GT(count(panel(run, "cpu"), ink), 300U);
    EXPECT_TRUE(is_black(panel(run, "gpu")));
    EXPECT_FALSE(is_black(panel(run, "difference")));
}

// Little may have been drawn since the pointer moved: the panel of text is drawn a few times a
// second.
TEST_P(WindowTest, ASavedFrameHasTheMicroscopeWhereThePointerIs) {
    const Outcome run = this->run(std::string(stroke) + "6 point 60,4\n",
                                  {"--size", "64x48", "--window-size", "1280x720", "--frames", "12",
                                   "--screenshot", screenshot()});
    ASSERT_EQ(run.status, 0) << run.output;
    // It marks the place in each panel; the difference is black otherwise.
    const Picture difference = panel(run, "difference");
    const std::uint32_t upper = difference.extent().height / 4;
    EXPECT_FALSE(is_black(rows(difference, 0, upper)));
    EXPECT_TRUE(is_black(rows(difference, upper, difference.extent().height - upper)));
}

TEST_P(WindowTest, WhatTheGpuWritesTheCpuSees) {
    const Outcome run =
        this->run(std::string(stroke) + "5 press space\n",
                  small({"--validate", "--frames", "20", "--screenshot", screenshot()}));
    ASSERT_EQ(run.status, 0) << run.output; // the views agreed, while the GPU wrote
    const Picture cpu = panel(run, "cpu");
    // The stroke is in the middle; what lives above it, the CPU has not drawn.
    const std::uint32_t above = cpu.extent().height / 3;
    EXPECT_GT(count(rows(cpu, 0, above), ink), 100U);
    EXPECT_TRUE(is_black(panel(run, "difference")));
}

TEST_P(WindowTest, EveryRuleCanBeBrokenAndKeptAgain) {
    const Outcome run =
        this->run(std::string(stroke) + "5 press 1\n8 press 2\n11 press 3\n14 press 4\n"
                                        "17 press 5\n20 press 0\n",
                  small({"--frames", "24"}));
    ASSERT_EQ(run.status, 0) << run.output; // kept again, the views agree again
    const nlohmann::json& broken = run.report["broken"];
    EXPECT_EQ(broken.size(), 5U);
    EXPECT_GT(broken["decoy memory"]["different"], 300);
    // What lavapipe does; see docs/window.md.
    EXPECT_GT(broken["wrong stride"]["different"], 100) << broken;
    EXPECT_THAT(broken["read-only fd"]["refusal"].get<std::string>(),
                HasSubstr("read-only, export it with O_RDWR"));
    EXPECT_EQ(broken["no SYNC"]["refusal"], "");
    EXPECT_EQ(broken["no FOREIGN barrier"]["refusal"], "");
}

TEST_P(WindowTest, ALostDeviceAndALostSurfaceAreMadeAnewWithTheSameContent) {
    const std::filesystem::path other = folder() / "other.png"; // taken after the loss
    const Outcome run =
        this->run(std::string(stroke) + "5 lose surface\n7 screenshot " + other.string() +
                      "\n7 lose device\n",
                  small({"--validate", "--frames", "12", "--screenshot", screenshot()}));
    ASSERT_EQ(run.status, 0) << run.output;
    EXPECT_TRUE(std::filesystem::exists(other));
    EXPECT_EQ(run.report["losses"], 2);
    EXPECT_THAT(run.output, HasSubstr("the GPU was lost; starting it again"));
    EXPECT_GT(count(panel(run, "gpu"), ink), 300U);
}

TEST_P(WindowTest, HelpFullScreenDropsAndScreenshotsThatFailDoNotEndIt) {
    const Outcome run = this->run("1 press H\n2 press F\n4 press F\n5 open /nowhere.png\n"
                                  "6 press T\n8 press T\n9 press Tab\n10 press Tab\n"
                                  "11 orbit 30,10\n12 zoom 2\n13 press Home\n",
                                  small({"--validate", "--frames", "16"}));
    EXPECT_EQ(run.status, 0) << run.output;
}

TEST_P(WindowTest, AFrameGoesToEveryFileThatItIsWantedIn) {
    const std::filesystem::path other = folder() / "other.png";
    const Outcome run = this->run("3 screenshot " + other.string() + "\n",
                                  small({"--frames", "4", "--screenshot", screenshot()}));
    EXPECT_EQ(run.status, 0) << run.output;
    EXPECT_TRUE(std::filesystem::exists(other));
    EXPECT_TRUE(std::filesystem::exists(screenshot()));
}

// Xlib's default would be exit(1), which means that views differ.
TEST_P(WindowTest, AWindowSystemThatEndsIsAFailureAndNoVerdict) {
    Process process(command("3 screenshot " + screenshot().string() + "\n",
                            small({"--frames", "1000000", "--views", "cpu,gpu,process"})),
                    display().environment(), folder() / "output");
    while (!std::filesystem::exists(screenshot()) && process.running()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    display().end();
    const Outcome run = finish(process);
    EXPECT_EQ(run.status, 4) << run.output;
    EXPECT_THAT(run.output, HasSubstr("has ended, and the window with it"));
}

TEST_P(WindowTest, AnotherProcessSeesTheStrokeInAPanelOfItsOwn) {
    const Outcome run = this->run(stroke, small({"--views", "cpu,gpu,process", "--validate",
                                                 "--frames", "8", "--screenshot", screenshot()}));
    ASSERT_EQ(run.status, 0) << run.output;
    EXPECT_GT(run.report["process"]["compared"], 0);
    EXPECT_EQ(run.report["process"]["different"], 0);
    EXPECT_EQ(run.report["process"]["missing"], "");
    const Picture cpu = panel(run, "cpu");
    const Picture process = panel(run, "process");
    EXPECT_GT(count(cpu, ink), cpu.extent().pixels() / 10);
    EXPECT_NEAR(static_cast<double>(count(process, ink)), static_cast<double>(count(cpu, ink)),
                static_cast<double>(count(cpu, ink)) / 20);
    EXPECT_TRUE(is_black(panel(run, "difference")));
}

TEST_P(WindowTest, DecoyMemoryShowsInTheProcessViewToo) {
    const Outcome run =
        this->run(stroke, small({"--views", "cpu,gpu,process", "--frames", "8", "--screenshot",
                                 screenshot(), "--break", "decoy memory"}));
    ASSERT_EQ(run.status, 1) << run.output;
    EXPECT_GT(run.report["process"]["compared"], 0);
    EXPECT_EQ(run.report["process"]["different"], run.report["different"]);
    EXPECT_GT(run.report["process"]["different"], 300);
    EXPECT_TRUE(is_black(panel(run, "process")));
}

TEST_P(WindowTest, AProcessThatIsKilledLeavesTheWindowAndASentence) {
    const Outcome run = this->run(std::string(stroke) + "10 lose process\n",
                                  small({"--views", "cpu,gpu,process", "--validate", "--frames",
                                         "20", "--screenshot", screenshot()}));
    ASSERT_EQ(run.status, 0) << run.output;
    EXPECT_EQ(run.report["frames"], 20);
    EXPECT_THAT(run.report["process"]["missing"].get<std::string>(),
                HasSubstr("was ended by signal 9"));
    EXPECT_FALSE(run.report["panels"].contains("process"));
    EXPECT_GT(count(panel(run, "gpu"), ink), 300U);
}

TEST_P(WindowTest, SteadyFramesWithAnotherProcessAllocateNothing) {
    count_allocations();
    const Outcome run = this->run("40 draw 8,24 to 56,24 over 50\n",
                                  small({"--views", "cpu,gpu,process", "--frames", "90"}));
    ASSERT_EQ(run.status, 0) << run.output;
    EXPECT_GT(run.report["process"]["compared"], 0);
    EXPECT_GE(run.report["steady_frames"], 30);
    EXPECT_EQ(run.report["steady_allocations"], 0);
}

TEST_P(WindowTest, AScreenshotThatWasNotTakenIsSaid) {
    const Outcome run =
        this->run("3 press Esc\n", small({"--frames", "8", "--screenshot", screenshot()}));
    EXPECT_EQ(run.status, 3) << run.output;
    EXPECT_THAT(run.output, HasSubstr("window.png: the window closed before it was taken"));
}

TEST_P(WindowTest, WhatDoesNotChangeIsNeitherReadNorDrawnAgain) {
    const Outcome run = this->run("", small({"--frames", "60"}));
    ASSERT_EQ(run.status, 0) << run.output;
    const nlohmann::json& work = run.report["work"];
    EXPECT_EQ(run.report["frames"], 60);
    EXPECT_EQ(work["read_pixels"], 64 * 48);
    // The first, its results, the last; and the window system may ask for some again.
    EXPECT_LE(work["frames"], 8);
    EXPECT_LE(work["pixels"], 3 * 480 * 160);
}

TEST_P(WindowTest, AStrokeHasItsOwnPixelsReadAndDrawnAndNoOthers) {
    constexpr unsigned dots = 40;
    const Outcome run =
        this->run("5 size 1\n10 draw 32,24 to 32,24 over " + std::to_string(dots) + "\n",
                  small({"--frames", "60"}));
    ASSERT_EQ(run.status, 0) << run.output;
    const nlohmann::json& work = run.report["work"];
    EXPECT_GE(work["frames"], dots);
    EXPECT_LE(work["read_pixels"], 64 * 48 + dots * 9); // a dot touches at most 3x3 pixels
    EXPECT_LE(work["pixels"], 3 * 480 * 160 + dots * 480 * 160 / 20);
}

// In a window with room for it, whose memory changes in every frame.
TEST_P(WindowTest, TheHeadsUpPanelIsDrawnFourTimesASecondAtMost) {
    const Outcome run =
        this->run("0 press T\n", {"--size", "64x48", "--window-size", "480x480", "--frames", "60"});
    ASSERT_EQ(run.status, 0) << run.output;
    const nlohmann::json& work = run.report["work"];
    EXPECT_GE(work["frames"], 60);
    EXPECT_GE(work["huds"], 2); // the first and the last frame have one
    EXPECT_LE(work["huds"], 3 + 4 * run.report["seconds"].get<double>());
}

// Only the X server's memory can be looked into.
TEST_P(WindowTest, TheScreenHasWhatTheWindowPresentsInParts) {
    Process process(command("0 press C\n1 colour #ff00ff\n1 size 2\n"
                            "4 draw 8,8 to 56,40 over 8\n8 draw 8,40 to 56,8 over 8\n"
                            "80 screenshot " +
                                screenshot().string() + "\n",
                            small({"--frames", "1000000"})),
                    display().environment(), folder() / "output");
    while (!std::filesystem::exists(screenshot()) && process.running()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    const auto shown_as_saved = [this] {
        const Picture saved = load_picture(screenshot());
        return count(saved, ink) > 300 &&
               std::ranges::equal(saved.pixels(), screen(saved.extent()).pixels());
    };
    for (int i = 0; i < 100 && !shown_as_saved(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_TRUE(shown_as_saved());
}

TEST_P(WindowTest, EscClosesItAtOnce) {
    const Outcome run = this->run("3 press Esc\n", small({"--frames", "1000000"}));
    EXPECT_EQ(run.status, 0) << run.output;
    EXPECT_EQ(run.report["frames"], 3);
}

TEST_P(WindowTest, SteadyFramesAllocateNothing) {
    count_allocations();
    const Outcome run = this->run("40 draw 8,24 to 56,24 over 50\n", small({"--frames", "90"}));
    ASSERT_EQ(run.status, 0) << run.output;
    EXPECT_GE(run.report["steady_frames"], 30);
    EXPECT_EQ(run.report["steady_allocations"], 0);
}

/// Open descriptors and memory in pages of a running process.
struct Use {
    std::size_t descriptors = 0;
    long pages = 0;
};

Use use_of(pid_t process) {
    const std::filesystem::path folder = "/proc/" + std::to_string(process);
    Use use;
    std::error_code gone;
    const std::filesystem::directory_iterator entries(folder / "fd", gone);
    use.descriptors = static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
    long size = 0;
    std::ifstream(folder / "statm") >> size >> use.pages;
    return use;
}

/// Runs the window for a number of frames.
/// @return the resources of the process during the run.
std::vector<Use> watch(unsigned frames, const std::vector<std::string>& command,
                       const Display& display, const std::filesystem::path& folder) {
    Process process(command, display.environment(), folder / "output");
    std::vector<Use> uses;
    while (process.running()) {
        if (const Use use = use_of(process.id()); use.pages > 0) {
            uses.push_back(use);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    std::ifstream stream(folder / "output");
    const std::string output{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_EQ(process.wait(), 0) << output;
    EXPECT_EQ(report_in(output)["frames"], frames) << output;
    EXPECT_GT(uses.size(), 9U);
    return uses;
}

template <class T>
T median(std::vector<T> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

/// On Wayland, images of a replaced swapchain live until the compositor releases them, so the
/// maximum depends on the compositor and does not show a leak.
template <class T>
T typical(std::span<const Use> uses, T Use::* member) {
    std::vector<T> values;
    std::ranges::transform(uses, std::back_inserter(values), member);
    return median(std::move(values));
}

/// The median growth between twentieths of the run, in its second half: a leak grows in all of
/// them, late compilation by a driver in one or two.
template <class T>
std::int64_t typical_growth(std::span<const Use> uses, T Use::* member) {
    const std::size_t part = uses.size() / 20;
    std::vector<std::int64_t> growth;
    for (std::size_t end = uses.size(); end > uses.size() / 2; end -= part) {
        const std::span<const Use> now = uses.first(end).last(part);
        const std::span<const Use> before = uses.first(end - part).last(part);
        growth.push_back(static_cast<std::int64_t>(typical(now, member)) -
                         static_cast<std::int64_t>(typical(before, member)));
    }
    return median(std::move(growth));
}

std::string resizing_script(unsigned frames, unsigned every) {
    std::string script;
    for (unsigned frame = 5; frame < frames; frame += every) {
        script += std::to_string(frame) + " resize " + std::to_string(120 + frame % 70) + "x" +
                  std::to_string(80 + frame % 50) + "\n";
    }
    return script;
}

std::vector<std::string> tiny(unsigned frames) {
    return {"--validate",          "--size", "32x24", "--window-size", "160x100", "--frames",
            std::to_string(frames)};
}

constexpr std::size_t a_few = 6;

TEST_P(WindowTest, ResizesLeaveNoDescriptorBehind) {
    const std::vector<Use> still = watch(20, command("", tiny(20)), display(), folder());
    const std::vector<Use> resized =
        watch(120, command(resizing_script(120, 5), tiny(120)), display(), folder());
    // One left behind at each resize would be some 20.
    EXPECT_LE(typical(std::span(resized).last(resized.size() / 4), &Use::descriptors),
              std::ranges::max(still, {}, &Use::descriptors).descriptors + a_few);
}

using LongWindowTest = WindowTest;

TEST_P(LongWindowTest, TwoThousandFramesWithResizesLeaveNothingBehind) {
    const std::vector<Use> uses =
        watch(2000, command(resizing_script(2000, 10), tiny(2000)), display(), folder());
    // In ten resizes: one descriptor left behind at each would be 10, a swapchain 500 pages.
    EXPECT_LE(typical_growth(uses, &Use::descriptors), 3);
    EXPECT_LE(typical_growth(uses, &Use::pages), 100);
}

INSTANTIATE_TEST_SUITE_P(, WindowTest, testing::Values(WindowSystem::x11, WindowSystem::wayland),
                         name_of);
INSTANTIATE_TEST_SUITE_P(, LongWindowTest,
                         testing::Values(WindowSystem::x11, WindowSystem::wayland), name_of);

} // namespace
} // namespace parallax::test
