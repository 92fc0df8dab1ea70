// SPDX-License-Identifier: MIT
// A camera that misbehaves: vivid, by its controls for errors.
#include "vivid.hpp"

#include "support/program.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace parallax {
namespace {

using test::Program;
using test::Vivid;
using test::VividControl;
using testing::HasSubstr;
using testing::Not;

constexpr int failed = 4;

void wait_until_camera_is_in_use() {
    while (!Vivid::in_use()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

class Misbehaviour : public testing::Test {
protected:
    [[nodiscard]] Program capture(std::vector<std::string> more) const {
        std::vector<std::string> arguments{"capture",  "--validate", "--size", "320x180",
                                           "--format", "YUYV",       "--out",  out()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Program(std::move(arguments));
    }
    /// Any number of frames.
    [[nodiscard]] Program capture_endlessly() const { return capture({"--frames", "1000000"}); }

    [[nodiscard]] std::string out() const { return folder_.path().string(); }
    [[nodiscard]] nlohmann::json verdict() const {
        std::ifstream file(out() + "/capture.json");
        return nlohmann::json::parse(file, nullptr, false);
    }
    /// Lets something happen to the camera while it streams, later and later until the program has
    /// compared frames before.
    void expect_kept_frames(VividControl accident, const std::string& sentence) const {
        for (int seconds = 3;; seconds *= 2) {
            const Vivid vivid;
            Program program = capture_endlessly();
            wait_until_camera_is_in_use();
            std::this_thread::sleep_for(std::chrono::seconds(seconds));
            Vivid::set(accident);
            EXPECT_EQ(program.wait(), failed) << program.printed();
            EXPECT_THAT(program.printed(), HasSubstr(sentence));
            const nlohmann::json json = verdict();
            EXPECT_THAT(json["ended"], HasSubstr(sentence));
            if (json["frames"] > 0) {
                EXPECT_EQ(json["agree"], true);
                EXPECT_EQ(json["pixels_compared"], json["frames"].get<int>() * 320 * 180);
                EXPECT_THAT(program.printed(), HasSubstr("same memory: 0 of "));
                return;
            }
        }
    }

private:
    test::TemporaryFolder folder_;
};

TEST_F(Misbehaviour, CorruptedFrameIsSkippedAndCounted) {
    const Vivid vivid;
    Vivid::set(VividControl::corrupt_next_frame);
    Program program = capture({"--frames", "2"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("2 compared, 1 corrupted by the camera, "));
    EXPECT_EQ(verdict()["frames_corrupted"], 1);
    EXPECT_EQ(verdict()["frames"], 2);
    EXPECT_FALSE(verdict().contains("ended"));
}

TEST_F(Misbehaviour, DroppedFramesAreCounted) {
    const Vivid vivid;
    Vivid::set(VividControl::dropped_percent, 90);
    Program program = capture({"--frames", "3"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_GT(verdict()["frames_missing"], 0) << program.printed();
    EXPECT_EQ(verdict()["frames"], 3);
}

TEST_F(Misbehaviour, StopsAtOnceIfNoFrameComes) {
    const Vivid vivid;
    Vivid::set(VividControl::dropped_percent, 100);
    Program program = capture_endlessly();
    wait_until_camera_is_in_use();
    program.send(SIGINT);
    EXPECT_EQ(program.wait(), failed) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("after 0 frames: it was stopped"));
    EXPECT_THAT(program.printed(), Not(HasSubstr("no whole frame")));
    EXPECT_EQ(verdict()["frames"], 0);
    EXPECT_TRUE(verdict()["agree"].is_null());
    EXPECT_FALSE(std::filesystem::exists(out() + "/capture.png"));
}

TEST_F(Misbehaviour, NoFrameAtAllIsAFailure) {
    const Vivid vivid;
    Vivid::set(VividControl::dropped_percent, 100);
    Program program = capture({});
    EXPECT_EQ(program.wait(), failed) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("the camera delivered no whole frame within 20s"));
    EXPECT_THAT(verdict()["ended"], HasSubstr("no whole frame"));
}

TEST_F(Misbehaviour, UnpluggedCameraIsCalledThatAndItsFramesAreKept) {
    expect_kept_frames(VividControl::disconnect, "(vivid) was unplugged");
    EXPECT_TRUE(std::filesystem::exists(out() + "/capture.png"));
}

TEST_F(Misbehaviour, FatalErrorIsCalledThatAndFramesAreKept) {
    expect_kept_frames(VividControl::fatal_error, "(vivid) stopped with a fatal error");
}

TEST_F(Misbehaviour, CameraThatDoesNotStartLeavesAVerdict) {
    const Vivid vivid;
    Vivid::set(VividControl::start_fails);
    Program program = capture({});
    EXPECT_EQ(program.wait(), failed) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("(vivid) does not start"));
    EXPECT_EQ(verdict()["frames"], 0);
}

TEST_F(Misbehaviour, MissingSignalIsTold) {
    const Vivid vivid(Vivid::hdmi);
    constexpr int no_signal = 1;
    Vivid::set(VividControl::dv_timings_signal, no_signal);
    Program program = capture({"--frames", "1"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("none: the input 'HDMI"));
    EXPECT_THAT(verdict()["signal"], HasSubstr("has no signal"));
}

TEST_F(Misbehaviour, SignalThatIsThereIsNotMentioned) {
    const Vivid vivid(Vivid::hdmi);
    Program program = capture({"--frames", "1"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_FALSE(verdict().contains("signal"));
    EXPECT_FALSE(verdict().contains("fields"));
}

TEST_F(Misbehaviour, InterlacedFieldsAreTold) {
    const Vivid vivid(Vivid::television);
    Program program = capture({"--frames", "1"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(verdict()["fields"], HasSubstr("interlaced")) << program.printed();
}

} // namespace
} // namespace parallax
