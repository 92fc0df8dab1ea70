// SPDX-License-Identifier: MIT
// The window over a driver that fails, and on a disk that is full.
#include "support/display.hpp"
#include "support/paths.hpp"
#include "support/temporary_folder.hpp"

#include "files/read_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace parallax::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class FailingWindow : public testing::Test {
protected:
    /// Runs a small window, since the machine has no GPU, for 30 frames, each of another picture.
    /// @return the exit status; output() has its output.
    int run(const std::string& faults, std::vector<std::string> command,
            const std::vector<std::string>& options = {}) {
        command.insert(command.end(),
                       {program_path(), "window", "--json", "--size", "64x48", "--window-size",
                        "480x160", "--frames", "30", "--script", folder_.path() / "script"});
        std::ofstream(folder_.path() / "script") << "0 press T\n";
        command.insert(command.end(), options.begin(), options.end());
        std::vector<std::string> environment = display_.environment();
        environment.insert(environment.end(), {"VK_INSTANCE_LAYERS=VK_LAYER_PARALLAX_faults",
                                               "VK_ADD_LAYER_PATH=" + faults_layer_folder(),
                                               "PARALLAX_FAULTS=" + faults});
        Process process(command, environment, folder_.path() / "output");
        const int status = process.wait();
        output_ = read_file(folder_.path() / "output", 1 << 20);
        return status;
    }

    [[nodiscard]] const std::string& output() const { return output_; }

private:
    TemporaryFolder folder_;
    Display display_{WindowSystem::x11, folder_.path()};
    std::string output_;
};

constexpr const char* again = "the GPU was lost; starting it again";

TEST_F(FailingWindow, WhoseDeviceIsLostStartsItAgain) {
    EXPECT_EQ(run("vkQueueSubmit2@20=DEVICE_LOST", {}), 0) << output();
    EXPECT_THAT(output(), HasSubstr(again));
    EXPECT_THAT(output(), HasSubstr("\"losses\": 1"));
}

TEST_F(FailingWindow, WhoseDeviceIsLostWhileItWaitsStartsItAgain) {
    EXPECT_EQ(run("vkWaitForFences@20=DEVICE_LOST", {}), 0) << output();
    EXPECT_THAT(output(), HasSubstr("\"losses\": 1"));
}

TEST_F(FailingWindow, WhoseDeviceIsLostForGoodGivesItUp) {
    EXPECT_EQ(run("vkQueueSubmit2@20..=DEVICE_LOST", {}), 4) << output();
    EXPECT_THAT(output(), HasSubstr("the GPU was lost 4 times; giving it up"));
}

TEST_F(FailingWindow, WhoseSurfaceIsLostMakesAnother) {
    EXPECT_EQ(run("vkAcquireNextImageKHR@5=SURFACE_LOST vkQueuePresentKHR@9=SURFACE_LOST", {}), 0)
        << output();
    EXPECT_THAT(output(), Not(HasSubstr(again)));
    EXPECT_THAT(output(), HasSubstr("\"losses\": 2"));
}

TEST_F(FailingWindow, WhoseImportIsRefusedTakesTheNextMethod) {
    EXPECT_EQ(run("vkAllocateMemory.modifier=INVALID_EXTERNAL_HANDLE", {},
                  {"--break", "no FOREIGN barrier"}),
              0)
        << output();
    EXPECT_THAT(output(), HasSubstr("\"import\": \"linear\""));
    EXPECT_THAT(output(), HasSubstr("modifier: the driver refused to import the dma-buf"));
    EXPECT_THAT(output(), HasSubstr("\"refusal\": \"\""));
}

// The layer waits up to the timeout, like a window system that does not show the window.
TEST_F(FailingWindow, WhoseImagesAreHeldSeesEventsMeanwhile) {
    EXPECT_EQ(run("vkAcquireNextImageKHR@5=TIMEOUT vkAcquireNextImageKHR@6=TIMEOUT", {}), 0)
        << output();
    EXPECT_THAT(output(), HasSubstr("\"frames\": 30"));
    EXPECT_THAT(output(), HasSubstr("\"losses\": 0"));
}

TEST_F(FailingWindow, WhoseDriverCannotPresentSaysSo) {
    EXPECT_EQ(run("without:VK_KHR_swapchain", {}), 3) << output();
    EXPECT_THAT(output(), HasSubstr("cannot present to a window (no VK_KHR_swapchain)"));
}

TEST_F(FailingWindow, WhoseWindowSystemGivesNoScreenshotSaysSoInTheEnd) {
    EXPECT_EQ(run("no-screenshots", {}, {"--screenshot", "window.png"}), 3) << output();
    EXPECT_THAT(output(), HasSubstr("\"frames\": 30"));
    EXPECT_THAT(output(), HasSubstr("window.png: this window system gives no screenshot"));
}

TEST_F(FailingWindow, WhoseScreenshotFindsNoRoomSaysSoAndLeavesNoPartOfIt) {
    EXPECT_EQ(run("",
                  {std::string(project_folder) + "/tests/failures/machine-with", "full-disk", "4k"},
                  {"--screenshot", "window.png"}),
              4)
        << output();
    EXPECT_THAT(output(), HasSubstr("cannot write window.png: No space left on device"));
}

} // namespace
} // namespace parallax::test
