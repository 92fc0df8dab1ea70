// SPDX-License-Identifier: MIT
// A camera (vivid, the kernel's test driver) that writes into dma-bufs, and the GPU's and the CPU's
// view of its frames.
#include "../program.hpp"
#include "../unit/temporary_folder.hpp"

#include "parallax/cpu_access.hpp"
#include "parallax/exporter.hpp"
#include "parallax/v4l2/capture_stream.hpp"

#include <gmock/gmock.h>

#include <bit>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

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

class EveryPacking : public CameraTest, public testing::WithParamInterface<YcbcrPacking> {};

TEST_P(EveryPacking, GpuAndCpuSeeTheSameFrames) {
    Program program = capture({"--format", std::string(packing_name(GetParam()))});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("same memory: 0 of 172800 pixels differ"));
    EXPECT_THAT(program.printed(), HasSubstr("vivid"));
    EXPECT_TRUE(std::filesystem::exists(out() + "/capture.png"));
}

bool is_near(const Rgba8& seen, const Rgba8& wanted) {
    const auto near = [](int a, int b) { return std::abs(a - b) <= 40; };
    return near(seen.r, wanted.r) && near(seen.g, wanted.g) && near(seen.b, wanted.b);
}

/// Captures one frame and looks at the colour bars in it.
void expect_colour_bars(YcbcrPacking packing) {
    const auto camera = v4l2::Camera::open("");
    ASSERT_TRUE(camera) << camera.error().front();
    const auto format = camera->set_format({.packing = packing, .extent = Extent{320, 180}});
    ASSERT_TRUE(format) << format.error().front();
    auto exporter = open_exporter("exporter");
    std::vector<DmaBuf> buffers;
    for (int i = 0; i < 3; ++i) {
        // A power of two is a single chunk, for a camera that takes no more than one.
        buffers.push_back((*exporter)->allocate(std::bit_ceil(format->size)));
    }
    const auto stream = v4l2::CaptureStream::start(*camera, buffers);
    ASSERT_TRUE(stream) << stream.error().front();
    const auto frame = stream->next(std::chrono::seconds(60));
    ASSERT_TRUE(frame);
    const Mapping mapping = buffers[frame->index].map();
    const CpuRead access(mapping);
    const Picture picture = ycbcr_view(format->layout, access.bytes());
    // SMPTE's order, 75 % bright. Below the text, away from the edges of the bars.
    const std::vector<Rgba8> bars{{191, 191, 191}, {191, 191, 0}, {0, 191, 191}, {0, 191, 0},
                                  {191, 0, 191},   {191, 0, 0},   {0, 0, 191},   {0, 0, 0}};
    for (std::uint32_t i = 0; i < bars.size(); ++i) {
        const Rgba8 seen = picture.at(320 * (2 * i + 1) / 16, 150);
        EXPECT_TRUE(is_near(seen, bars[i]))
            << "bar " << i << ": " << int{seen.r} << ", " << int{seen.g} << ", " << int{seen.b};
    }
}

// That CPU and GPU agree could be two equal mistakes; colour bars show that the colours are right.
TEST_P(EveryPacking, ColourBarsHaveTheirColours) {
    expect_colour_bars(GetParam());
}

INSTANTIATE_TEST_SUITE_P(, EveryPacking, testing::Values(YcbcrPacking::yuyv, YcbcrPacking::nv12),
                         [](const auto& packing) {
                             return std::string(packing_name(packing.param));
                         });

TEST_F(CameraTest, FramesKeepComingWhenBuffersAreGivenBack) {
    Program program = capture({"--frames", "8", "--buffers", "2"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("0 of 460800 pixels differ"));
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
    ASSERT_TRUE(camera->set_format({.extent = Extent{320, 180}}));
    auto exporter = open_exporter("exporter");
    std::vector<DmaBuf> buffers;
    for (int i = 0; i < 3; ++i) {
        buffers.push_back((*exporter)->allocate(4096));
    }
    EXPECT_THROW(static_cast<void>(v4l2::CaptureStream::start(*camera, buffers)),
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
        buffers.push_back((*exporter)->allocate(format->size));
    }
    const auto stream = v4l2::CaptureStream::start(*camera, buffers);
    ASSERT_TRUE(stream);
    Program program = capture();
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(),
                HasSubstr("Device or resource busy; end the program that uses it"));
}

// Drivers import for the CPU, through vmap(), or for their device, by DMA addresses: vivid has the
// memory operations of both kinds, and this is what the kernel calls them.
struct Allocator {
    const char* name;
    int number;
};

class EveryAllocator : public testing::TestWithParam<Allocator> {
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

/// Whether DMA of a device with addresses of 32 bits goes through bounce buffers on this machine.
bool bounces_32_bit_dma() {
    std::ifstream memory("/proc/iomem");
    for (std::string line; std::getline(memory, line);) {
        if (line.contains("System RAM") && line.find('-') > 8) { // its first address has 9 digits
            return true;
        }
    }
    std::string options;
    std::getline(std::ifstream("/proc/cmdline"), options);
    return options.contains("swiotlb=force");
}

TEST_P(EveryAllocator, CapturesIntoOurBuffers) {
    if (GetParam().name == std::string_view("dma_contig") && bounces_32_bit_dma()) {
        GTEST_SKIP()
            << "vivid writes by the CPU without saying so to the exporter; where DMA bounces, "
               "what it wrote is overwritten when the buffer is unmapped";
    }
    expect_colour_bars(YcbcrPacking::yuyv);
}

INSTANTIATE_TEST_SUITE_P(, EveryAllocator,
                         testing::Values(Allocator{"vmalloc", 0}, Allocator{"dma_contig", 1}),
                         [](const auto& allocator) { return std::string(allocator.param.name); });

// vivid's other APIs: a camera that wants the multi-planar one, and a device that only plays out.
TEST(OtherCamera, ThatIsMultiPlanarOnlyIsRefused) {
    ASSERT_EQ(std::system("modprobe -r vivid && modprobe vivid n_devs=1 node_types=0x1 "
                          "num_inputs=1 input_types=0 multiplanar=2 no_error_inj=1"),
              0);
    const auto camera = v4l2::Camera::open("");
    ASSERT_EQ(std::system("modprobe -r vivid"), 0);
    ASSERT_FALSE(camera);
    EXPECT_THAT(camera.error().front(), HasSubstr("multi-planar API only"));
}

TEST(OtherCamera, ThatIsNotThereAtAll) {
    ASSERT_EQ(std::system("modprobe -r vivid"), 0);
    Program program({"capture"});
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(), HasSubstr("there is no camera"));
}

} // namespace
} // namespace parallax
