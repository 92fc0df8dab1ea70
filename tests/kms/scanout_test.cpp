// SPDX-License-Identifier: MIT
// A display's view: QEMU's own picture of its screen must be what the CPU wrote or the GPU
// rendered. bochs-drm imports dma-bufs of other drivers on newer kernels; on 6.12 it refuses, and
// that must be said.
#include "../kernel.hpp"
#include "../program.hpp"
#include "../unit/temporary_folder.hpp"

#include "parallax/drawn_buffer.hpp"
#include "parallax/exporter.hpp"
#include "parallax/kms/handles.hpp"
#include "parallax/kms/screen.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace parallax {
namespace {

using test::Program;
using testing::AnyOf;
using testing::HasSubstr;

constexpr int differ = 1;
constexpr int unsupported = 3;

class Scanout : public testing::Test {
protected:
    void SetUp() override { ASSERT_EQ(std::system("modprobe bochs"), 0); }

    [[nodiscard]] std::string out() const { return folder_.path().string(); }

    [[nodiscard]] Program scanout(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"scanout", "--out", out()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        for (const auto& [option, value] : {std::pair("--mode", "640x480"), {"--interval", "0"}}) {
            if (std::ranges::find(more, option) == more.end()) {
                arguments.insert(arguments.end(), {option, value});
            }
        }
        return Program(std::move(arguments));
    }

    /// What the screen shows, as KMS tells it.
    struct State {
        std::uint32_t framebuffer = 0;
        std::string mode;
        bool operator==(const State&) const = default;
    };
    static State state() {
        const auto card = kms::Card::open("bochs-drm");
        EXPECT_TRUE(card);
        const auto output = kms::choose_output(*card, {});
        EXPECT_TRUE(output);
        const kms::CrtcPtr crtc(drmModeGetCrtc(card->fd(), output->crtc));
        return {.framebuffer = crtc->buffer_id,
                .mode = crtc->mode_valid != 0 ? crtc->mode.name : "off"};
    }

private:
    test::TemporaryFolder folder_;
};

// Where the kernel imports

class ScanoutWhereItWorks : public Scanout {
protected:
    void SetUp() override {
        if (!test::display_imports()) {
            GTEST_SKIP() << "this kernel's bochs-drm imports no dma-buf; its refusal is tested";
        }
        Scanout::SetUp();
    }
};

TEST_F(ScanoutWhereItWorks, ScreenShowsWhatTheCpuWrote) {
    Program program = scanout({"--frames", "1"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("same memory: 0 of 307200 pixels differ"));
    EXPECT_TRUE(std::filesystem::exists(out() + "/scanout.png"));
}

TEST_F(ScanoutWhereItWorks, ScreenShowsTheLastOfManyFlips) {
    Program program = scanout({"--frames", "5"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("0 of 307200 pixels differ"));
}

TEST_F(ScanoutWhereItWorks, ScreenShowsWhatTheGpuRendered) {
    Program program = scanout({"--frames", "2", "--render", "--validate"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("GPU renders, display shows: 307200 pixels, 0"));
}

TEST_F(ScanoutWhereItWorks, CameraThatSeesSomethingElseIsBelieved) {
    Program writer = scanout({"--frames", "1"});
    ASSERT_EQ(writer.wait(), 0) << writer.printed();
    Picture other(Extent{640, 480});
    save_png(other, out() + "/other.png");
    Program program = scanout({"--frames", "1", "--camera", "cp " + out() + "/other.png"});
    EXPECT_EQ(program.wait(), differ) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("DIFFERENT"));
}

TEST_F(ScanoutWhereItWorks, BrokenCameraIsAnError) {
    Program program = scanout({"--frames", "1", "--camera", "false"});
    EXPECT_EQ(program.wait(), 4);
    EXPECT_THAT(program.printed(), HasSubstr("the camera command failed"));
}

TEST_F(ScanoutWhereItWorks, FormerStateComesBackAtTheEnd) {
    const State before = state();
    Program program = scanout({"--frames", "1"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_EQ(state(), before);
}

/// Ends the program in the middle of its work, in every way.
class Ended : public ScanoutWhereItWorks, public testing::WithParamInterface<int> {
protected:
    /// The process that does the work: the guardian's only child.
    static pid_t worker(const Program& program) {
        const std::string pid = std::to_string(program.pid());
        std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
        pid_t child = 0;
        children >> child;
        return child;
    }
};

TEST_P(Ended, FormerStateComesBack) {
    const State before = state();
    Program program = scanout({"--interval", "100"});
    ASSERT_TRUE(program.prints("the display shows it"));
    const pid_t child = worker(program);
    ASSERT_GT(child, 0) << "no child in /proc (CONFIG_PROC_CHILDREN)"; // 0 means all of CTest
    ::kill(child, GetParam());
    const int status = program.wait();
    if (GetParam() == SIGINT || GetParam() == SIGTERM) {
        EXPECT_EQ(status, 0) << program.printed();
    } else {
        EXPECT_EQ(status, 4);
        EXPECT_THAT(program.printed(), HasSubstr("all is as it was before"));
    }
    EXPECT_EQ(state(), before);
}

INSTANTIATE_TEST_SUITE_P(By, Ended, testing::Values(SIGINT, SIGTERM, SIGKILL, SIGABRT),
                         [](const auto& signal) {
                             return std::string(::sigabbrev_np(signal.param));
                         });

TEST_F(ScanoutWhereItWorks, StopsWhenTheGuardianIsAskedTo) {
    const State before = state();
    Program program = scanout({"--interval", "100"});
    ASSERT_TRUE(program.prints("the display shows it"));
    program.send(SIGTERM);
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_EQ(state(), before);
}

// Where it does not

TEST_F(Scanout, KernelThatCannotImportSaysSoWithTheDriversName) {
    if (test::display_imports()) {
        GTEST_SKIP() << "this kernel's bochs-drm imports dma-bufs; that is tested";
    }
    Program program = scanout({"--frames", "1"});
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(),
                HasSubstr("bochs-drm does not import a dma-buf of another driver"));
}

// Errors that are the same everywhere

TEST_F(Scanout, CardThatIsNotThere) {
    Program by_path({"scanout", "--card", "/dev/dri/card77"});
    EXPECT_EQ(by_path.wait(), unsupported);
    EXPECT_THAT(by_path.printed(), HasSubstr("/dev/dri/card77 cannot be opened: No such file"));
    Program by_name({"scanout", "--card", "voodoo"});
    EXPECT_EQ(by_name.wait(), unsupported);
    EXPECT_THAT(by_name.printed(), HasSubstr("is driven by bochs-drm, not by voodoo"));
}

TEST_F(Scanout, FileThatIsNoCard) {
    Program program({"scanout", "--card", "/dev/null"});
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(), HasSubstr("/dev/null is no DRM device"));
}

TEST_F(Scanout, ConnectorThatIsNotThere) {
    Program program = scanout({"--connector", "HDMI-A-9"});
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(), HasSubstr("connector Virtual-1 is not the one asked for"));
}

TEST_F(Scanout, ModeThatIsNotThereIsRefusedWithThoseThatAre) {
    Program program = scanout({"--mode", "641x479"});
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(), HasSubstr("no mode 641x479; it has "));
    EXPECT_THAT(program.printed(), HasSubstr("640x480@"));
}

TEST_F(Scanout, FormatThatTheDisplayDoesNotShow) {
    Program program = scanout({"--format", "RGB565"});
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(), HasSubstr("bochs-drm does not scan out RGB565"));
}

TEST_F(Scanout, CardThatBelongsToAnother) {
    const auto compositor = kms::Card::open("bochs-drm"); // first come, master
    ASSERT_TRUE(compositor);
    Program program = scanout({"--frames", "1"});
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(), HasSubstr("belongs to another program"));
}

TEST_F(Scanout, FramebufferIsRefusedWithTheDriversName) {
    const auto card = kms::Card::open("bochs-drm");
    ASSERT_TRUE(card);
    auto exporter = open_exporter("exporter");
    const DrawnBuffer drawn(**exporter, {64, 64}, pixel_formats().front());
    ImageLayout lie = drawn.layout();
    lie.extent.height = 6400; // far beyond the buffer
    const auto framebuffer = kms::Framebuffer::create(*card, drawn.buffer(), lie);
    ASSERT_FALSE(framebuffer);
    EXPECT_THAT(framebuffer.error().front(),
                AnyOf(HasSubstr("bochs-drm makes no framebuffer of 64x6400"),
                      HasSubstr("bochs-drm does not import")));
}

} // namespace
} // namespace parallax
