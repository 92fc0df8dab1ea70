// SPDX-License-Identifier: MIT
// A memory-to-memory device that reads our buffer and writes another: vim2m, the kernel's test
// driver.
#include "vivid.hpp"

#include "support/module.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"
#include "viewers/viewed.hpp"

#include "parallax/v4l2/converter.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace parallax {
namespace {

using test::Program;
using testing::HasSubstr;

constexpr int differ = 1;
constexpr int unsupported = 3;

/// vim2m, for one test.
class Transform : public testing::Test {
protected:
    void SetUp() override { load(1); }
    void TearDown() override {
        EXPECT_EQ(uapi::unload_module_once("vim2m"), 0);
        EXPECT_EQ(uapi::unload_module_once("v4l2_mem2mem"), 0);
    }

    /// @param planar 1: the single-planar API, 2: the multi-planar one.
    static void load(int planar) {
        ASSERT_EQ(std::system("modprobe -r vivid; modprobe -a videobuf2-vmalloc videobuf2-v4l2"),
                  0);
        uapi::load_module("v4l2-mem2mem");
        uapi::load_module("vim2m", "default_transtime=1 multiplanar=" + std::to_string(planar));
    }

    [[nodiscard]] Program transform(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"transform", "--validate", "--size",
                                           "160x120",   "--out",      out()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Program(std::move(arguments));
    }
    [[nodiscard]] std::string out() const { return folder_.path().string(); }
    [[nodiscard]] nlohmann::json verdict() const {
        std::ifstream file(out() + "/transform.json");
        return nlohmann::json::parse(file, nullptr, false);
    }

private:
    test::TemporaryFolder folder_;
};

TEST_F(Transform, ResultIsTheSourceAndGpuSeesBoth) {
    Program program = transform({"--frames", "5"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("same memory: 0 of 288000 pixels differ"));
    EXPECT_THAT(program.printed(), HasSubstr("vim2m"));
    EXPECT_EQ(verdict()["frames"], 5);
    EXPECT_EQ(verdict()["checks"].size(), 3U);
    EXPECT_TRUE(std::filesystem::exists(out() + "/transform.png"));
}

TEST_F(Transform, MultiPlanarApiDoesTheSame) {
    TearDown();
    load(2);
    Program program = transform();
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("same memory: 0 of 172800 pixels differ"));
}

TEST_F(Transform, DecoyIsFound) {
    Program program = transform({"--decoy", "--frames", "1"});
    EXPECT_EQ(program.wait(), differ) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("DIFFERENT: "));
    EXPECT_EQ(verdict()["checks"][0]["pixels_different"], 0);
    EXPECT_EQ(verdict()["checks"][1]["pixels_different"], 0);
    EXPECT_GT(verdict()["checks"][2]["pixels_different"], 0);
}

TEST_F(Transform, OtherSizeIsNotComparedWithTheSource) {
    Program program = transform({"--to-size", "320x240", "--frames", "1"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_EQ(verdict()["checks"].size(), 3U);
    EXPECT_EQ(verdict()["checks"][2]["name"], "device_writes");
    EXPECT_THAT(verdict()["result"], HasSubstr("320x240"));
}

TEST_F(Transform, DecoyIsFoundThoughTheResultHasAnotherSize) {
    Program program = transform({"--decoy", "--to-size", "320x240", "--frames", "1"});
    EXPECT_EQ(program.wait(), differ) << program.printed();
    EXPECT_EQ(verdict()["checks"][1]["pixels_different"], 0);
    EXPECT_EQ(verdict()["checks"][2]["pixels_different"], 320 * 240);
}

TEST_F(Transform, FormatThatTheDeviceLacksIsRefusedWithItsFormats) {
    Program program = transform({"--format", "NV12"});
    EXPECT_EQ(program.wait(), unsupported) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("(vim2m) has no NV12; it has "));
    EXPECT_THAT(program.printed(), HasSubstr("RGBP"));
}

/// Renders a picture, and has vim2m copy it.
Program render_with_video(std::vector<std::string> more) {
    std::vector<std::string> arguments{"render",        "--validate", "--views",
                                       "cpu,gpu,video", "--out",      "/tmp/views-of-video"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Program(std::move(arguments));
}

TEST_F(Transform, IsAViewOfTheMemory) {
    for (const int planar : {1, 2}) {
        TearDown();
        load(planar);
        Program program = render_with_video({"--format", "RGB565", "--size", "384x64"});
        EXPECT_EQ(program.wait(), 0) << program.printed();
        EXPECT_THAT(program.printed(),
                    HasSubstr("a video device copies: 24576 pixels, 0 different"));
    }
}

TEST_F(Transform, DecoyInTheViewIsFound) {
    const auto exporter = open_exporter("exporter").value();
    constexpr Extent extent{.width = 384, .height = 64};
    const DrawnBuffer buffer = test::drawn(*exporter, extent, DRM_FORMAT_RGB565, 1);
    const DrawnBuffer decoy(*exporter, extent, DRM_FORMAT_RGB565);
    test::Viewed video("video");
    video.show(decoy);
    EXPECT_GT(video.compared_with(buffer.cpu_view()).different, extent.pixels() * 9 / 10);
    video.show(buffer);
    EXPECT_EQ(video.compared_with(buffer.cpu_view()).different, 0U);
}

TEST_F(Transform, ViewThatTheDeviceCannotGiveIsRefusedWithItsNumbers) {
    Program format = render_with_video({"--format", "XRGB8888", "--size", "384x64"});
    EXPECT_EQ(format.wait(), unsupported) << format.printed();
    EXPECT_THAT(format.printed(), HasSubstr("video: /dev/video"));
    EXPECT_THAT(format.printed(), HasSubstr("(vim2m) has no XRGB8888; it has "));
    Program stride = render_with_video({"--format", "RGB565", "--size", "320x64"});
    EXPECT_EQ(stride.wait(), unsupported) << stride.printed();
    EXPECT_THAT(stride.printed(),
                HasSubstr("reads 320x64 RGB565 with stride 640 at 0 of dma-buf 0, and the picture "
                          "has stride 768 at 0 of dma-buf 0"));
}

TEST(TransformDevice, CodecIsRefusedSinceItsStreamsAreCompressed) {
    ASSERT_EQ(std::system("modprobe -r vivid; modprobe -a videobuf2-vmalloc videobuf2-v4l2"), 0);
    uapi::load_module("v4l2-mem2mem");
    uapi::load_module("vicodec");
    // The encoder writes a stream, and the decoder reads one.
    for (const char* const node : {"/dev/video0", "/dev/video1"}) {
        Program program({"transform", "--device", node});
        EXPECT_EQ(program.wait(), unsupported) << program.printed();
        EXPECT_THAT(program.printed(), HasSubstr("it has FWHT: compressed streams, in which"));
    }
    EXPECT_EQ(uapi::unload_module_once("vicodec"), 0);
    EXPECT_EQ(uapi::unload_module_once("v4l2_mem2mem"), 0);
}

TEST(TransformDevice, ThatCapturesIsCalledThat) {
    const test::Vivid vivid;
    Program program({"transform", "--device", test::Vivid::node()});
    EXPECT_EQ(program.wait(), unsupported) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("is no memory-to-memory device; it captures"));
}

TEST(TransformDevice, ThatIsNotThere) {
    Program program({"transform", "--device", "/dev/video77"});
    EXPECT_EQ(program.wait(), unsupported) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("/dev/video77 cannot be opened: No such file"));
}

} // namespace
} // namespace parallax
