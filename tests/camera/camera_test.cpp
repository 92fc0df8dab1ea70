// SPDX-License-Identifier: MIT
// A camera (vivid, the kernel's test driver) that writes into dma-bufs, and the GPU's and the CPU's
// view of its frames.
#include "vivid.hpp"

#include "support/program.hpp"
#include "support/temporary_folder.hpp"

#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/dmabuf/page_size.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/v4l2/camera.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>

#include <algorithm>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

namespace parallax {
namespace {

using test::Program;
using testing::HasSubstr;

constexpr int unsupported = 3;

class CameraTest : public testing::Test {
protected:
    void SetUp() override {
        // One camera, of the webcam kind, and no other device of it.
        ASSERT_EQ(std::system("modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 "
                              "input_types=0 no_error_inj=1"),
                  0);
    }

    [[nodiscard]] std::string out() const { return folder_.path().string(); }

    [[nodiscard]] Program capture(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"capture", "--validate", "--size",
                                           "320x180", "--out",      out()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Program(std::move(arguments));
    }

private:
    test::TemporaryFolder folder_;
};

/// Of a format: the code that the program is asked for, and what it is.
struct Asked {
    std::string_view code;
    std::uint32_t fourcc;
    bool multi_planar; ///< the camera has that API only
};

class EveryFormat : public testing::TestWithParam<Asked> {
private:
    test::Vivid vivid_{test::Vivid::webcam,
                       GetParam().multi_planar ? "multiplanar=2" : "multiplanar=1"};
};

TEST_P(EveryFormat, GpuAndCpuSeeTheSameFrames) {
    const test::TemporaryFolder folder;
    const std::string out = folder.path().string();
    Program program({"capture", "--validate", "--size", "320x180", "--out", out, "--format",
                     std::string(GetParam().code)});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("same memory: 0 of 172800 pixels differ"));
    EXPECT_THAT(program.printed(), HasSubstr("vivid"));
    EXPECT_TRUE(std::filesystem::exists(out + "/capture.png"));
}

bool is_near(const Rgba8& seen, const Rgba8& wanted) {
    const auto near = [](int a, int b) { return std::abs(a - b) <= 40; };
    return near(seen.r, wanted.r) && near(seen.g, wanted.g) && near(seen.b, wanted.b);
}

/// Captures one frame and checks the colour bars in it.
void expect_colour_bars(std::uint32_t fourcc,
                        std::optional<bool> buffer_each_plane = std::nullopt) {
    const auto camera = v4l2::Camera::open("");
    ASSERT_TRUE(camera) << camera.error().front();
    const auto format = camera->set_format(
        {.fourccs = {fourcc}, .buffer_each_plane = buffer_each_plane, .extent = Extent{320, 180}});
    ASSERT_TRUE(format) << format.error().front();
    auto exporter = open_exporter("exporter");
    std::vector<DmaBuf> buffers; // of three pictures
    for (int i = 0; i < 3; ++i) {
        for (std::size_t part = 0; part < format->sizes.size(); ++part) {
            buffers.push_back((*exporter)->allocate(format->buffer_size(part)));
        }
    }
    auto stream = v4l2::CaptureStream::start(*camera, *format, buffers);
    ASSERT_TRUE(stream) << stream.error().front();
    const auto frame = stream->next(std::chrono::seconds(60));
    ASSERT_TRUE(frame);
    std::vector<DmaBuf> of_frame;
    for (std::size_t part = 0; part < format->sizes.size(); ++part) {
        of_frame.emplace_back(buffers[frame->index * format->sizes.size() + part].duplicate());
    }
    const Picture picture =
        DrawnBuffer(std::move(of_frame), frame->placed(format->layout)).cpu_view();
    // SMPTE's order, 75 % bright. Below the text, away from the edges of the bars.
    const std::vector<Rgba8> bars{{191, 191, 191}, {191, 191, 0}, {0, 191, 191}, {0, 191, 0},
                                  {191, 0, 191},   {191, 0, 0},   {0, 0, 191},   {0, 0, 0}};
    for (std::uint32_t i = 0; i < bars.size(); ++i) {
        const Rgba8 seen = picture.at(320 * (2 * i + 1) / 16, 150);
        EXPECT_TRUE(is_near(seen, bars[i]))
            << "bar " << i << ": " << int{seen.r} << ", " << int{seen.g} << ", " << int{seen.b};
    }
}

// CPU and GPU could agree by two equal mistakes; colour bars show that the colours are correct.
TEST_P(EveryFormat, ColourBarsHaveTheirColours) {
    expect_colour_bars(GetParam().fourcc, find_format(GetParam().code) == nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    , EveryFormat,
    testing::Values(Asked{"YUYV", DRM_FORMAT_YUYV, false}, Asked{"NV12", DRM_FORMAT_NV12, false},
                    Asked{"XRGB8888", DRM_FORMAT_XRGB8888, false},
                    Asked{"RGB565", DRM_FORMAT_RGB565, false}, Asked{"YUYV", DRM_FORMAT_YUYV, true},
                    Asked{"NV12", DRM_FORMAT_NV12, true}),
    [](const auto& format) {
        return std::string(format.param.code) + (format.param.multi_planar ? "MultiPlanar" : "");
    });

TEST_F(CameraTest, BestFormatIsTakenByDefault) {
    Program program = capture({"--frames", "1"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("320x180 X"));
}

TEST_F(CameraTest, WritesIntoBuffersOfItsOwn) {
    Program program = capture({"--exporter", "v4l2"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("same memory: 0 of 172800 pixels differ"));
    EXPECT_THAT(program.printed(), HasSubstr("exporter   v4l2"));
}

TEST_F(CameraTest, FramesKeepComingWhenBuffersAreGivenBack) {
    Program program = capture({"--frames", "8", "--buffers", "2"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("0 of 460800 pixels differ"));
}

/// True once the program handles SIGTERM as a request to stop. (A blocked signal does not show
/// that: every thread blocks all of them for a moment when it starts.)
bool waits_for_signals(pid_t pid) {
    std::error_code gone;
    const std::filesystem::directory_iterator fds("/proc/" + std::to_string(pid) + "/fd", gone);
    return std::ranges::any_of(fds, [&gone](const std::filesystem::directory_entry& fd) {
        return std::filesystem::read_symlink(fd, gone) == "anon_inode:[signalfd]";
    });
}

TEST_F(CameraTest, StoppedBeforeTheFirstFrameIsNoVerdict) {
    Program program = capture({"--frames", "1000"});
    while (!waits_for_signals(program.pid())) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    program.send(SIGTERM);
    EXPECT_EQ(program.wait(), 4) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("after 0 frames: it was stopped"));
    EXPECT_THAT(program.printed(), HasSubstr("nothing was compared"));
    EXPECT_THAT(program.printed(), testing::Not(HasSubstr("DIFFERENT")));
    EXPECT_TRUE(std::filesystem::exists(out() + "/capture.json"));
}

TEST_F(CameraTest, NodeThatIsNotThere) {
    Program program = capture({"--camera", "/dev/video77"});
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(), HasSubstr("/dev/video77 cannot be opened: No such file"));
}

TEST_F(CameraTest, FileThatIsNoCamera) {
    Program program = capture({"--camera", "/dev/null"});
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(), HasSubstr("/dev/null is no V4L2 device"));
}

TEST_F(CameraTest, BuffersThatAreTooSmallAreRefused) {
    const auto camera = v4l2::Camera::open("");
    ASSERT_TRUE(camera) << camera.error().front();
    const auto format = camera->set_format({.extent = Extent{320, 180}});
    ASSERT_TRUE(format);
    auto exporter = open_exporter("exporter");
    std::vector<DmaBuf> buffers;
    for (int i = 0; i < 3; ++i) {
        buffers.push_back((*exporter)->allocate(page_size()));
    }
    EXPECT_THROW(static_cast<void>(v4l2::CaptureStream::start(*camera, *format, buffers)),
                 std::system_error);
}

TEST_F(CameraTest, CameraThatIsInUseSaysSo) {
    const auto camera = v4l2::Camera::open("");
    ASSERT_TRUE(camera) << camera.error().front();
    const auto format = camera->set_format({.extent = Extent{320, 180}});
    ASSERT_TRUE(format);
    auto exporter = open_exporter("exporter");
    std::vector<DmaBuf> buffers;
    for (int i = 0; i < 3; ++i) {
        buffers.push_back((*exporter)->allocate(format->buffer_size()));
    }
    const auto stream = v4l2::CaptureStream::start(*camera, *format, buffers);
    ASSERT_TRUE(stream);
    Program program = capture();
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(),
                HasSubstr("Device or resource busy; end the program that uses it"));
}

// Drivers import for the CPU, through vmap(), or for their device, by DMA addresses: vivid has the
// memory operations of both kinds. These are the kernel's names of them.
struct CameraAllocator {
    const char* name;
    int number;
};

class EveryAllocator : public testing::TestWithParam<CameraAllocator> {
protected:
    void SetUp() override {
        const std::string command =
            "modprobe -r vivid && modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 "
            "input_types=0 no_error_inj=1 allocators=" +
            std::to_string(GetParam().number);
        ASSERT_EQ(std::system(command.c_str()), 0);
    }
    void TearDown() override { EXPECT_EQ(std::system("modprobe -r vivid"), 0); }
};

/// True if this machine bounces DMA of a device with 32-bit addresses.
bool bounces_32_bit_dma() {
    std::ifstream memory("/proc/iomem");
    for (std::string line; std::getline(memory, line);) {
        const std::size_t dash = line.find('-');
        if (line.contains("System RAM") && line.find(' ', dash) - dash > 9) {
            return true; // its last address has 9 digits
        }
    }
    std::string options;
    std::getline(std::ifstream("/proc/cmdline"), options);
    return options.contains("swiotlb=force");
}

/// Why no frame of this camera arrives; empty where all do.
std::string frames_are_lost(const CameraAllocator& allocator) {
    return allocator.name == std::string_view("dma_contig") && bounces_32_bit_dma()
               ? "vivid writes by the CPU without saying so to the exporter; where DMA bounces, "
                 "what it wrote is overwritten when the buffer is unmapped"
               : "";
}

TEST_P(EveryAllocator, CapturesIntoOurBuffers) {
    if (const std::string why = frames_are_lost(GetParam()); !why.empty()) {
        GTEST_SKIP() << why;
    }
    expect_colour_bars(DRM_FORMAT_YUYV);
}

TEST_P(EveryAllocator, CapturesAsTheProgramAllocates) {
    if (const std::string why = frames_are_lost(GetParam()); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const test::TemporaryFolder folder;
    Program program(
        {"capture", "--validate", "--size", "320x180", "--out", folder.path().string()});
    EXPECT_EQ(program.wait(), 0) << program.printed();
}

// Larger than one chunk of the exporter.
TEST_P(EveryAllocator, LargeFramesAreCapturedOrTheHeapToTakeIsNamed) {
    if (const std::string why = frames_are_lost(GetParam()); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const test::TemporaryFolder folder;
    Program program({"capture", "--validate", "--size", "1920x1080", "--frames", "1", "--out",
                     folder.path().string()});
    const int status = program.wait();
    if (GetParam().name == std::string_view("dma_contig")) {
        EXPECT_EQ(status, unsupported) << program.printed();
        EXPECT_THAT(program.printed(), HasSubstr("writes into contiguous memory only"));
        EXPECT_THAT(program.printed(), HasSubstr("CMA heap"));
    } else {
        EXPECT_EQ(status, 0) << program.printed();
    }
}

INSTANTIATE_TEST_SUITE_P(, EveryAllocator,
                         testing::Values(CameraAllocator{"vmalloc", 0},
                                         CameraAllocator{"dma_contig", 1}),
                         [](const auto& allocator) { return std::string(allocator.param.name); });

TEST(OtherCamera, ThatIsNotThereAtAll) {
    ASSERT_EQ(std::system("modprobe -r vivid"), 0);
    Program program({"capture"});
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(), HasSubstr("there is no camera"));
}

} // namespace
} // namespace parallax
