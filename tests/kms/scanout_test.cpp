// SPDX-License-Identifier: MIT
// The display view: QEMU's screendump must equal the picture that the CPU wrote or the GPU
// rendered. bochs-drm imports dma-bufs of other drivers on newer kernels; on 6.12 it refuses, which
// must be reported.
#include "files/picture_file.hpp"
#include "support/kernel.hpp"
#include "support/paths.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"
#include "support/vgem.hpp"

#include "parallax/dmabuf/exporter.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/kms/display_state.hpp"
#include "parallax/kms/screen.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace parallax {
namespace {

using test::Program;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int differ = 1;
constexpr int bad_usage = 2;
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

    /// The state of the screen, from KMS.
    static kms::DisplayState state() {
        const auto card = kms::Card::open("bochs-drm");
        EXPECT_TRUE(card);
        return kms::DisplayState::read(*card);
    }
    /// The differences to the former state.
    static Reasons changes_since(const kms::DisplayState& before) {
        return kms::differences_between(state(), before);
    }

private:
    test::TemporaryFolder folder_;
};

// Kernels on which the driver imports

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

TEST_F(ScanoutWhereItWorks, CameraOfAnotherCardTakesNoPicture) {
    ASSERT_EQ(::setenv("PARALLAX_SCREEN_CAMERA_CARD", "voodoo", 1), 0);
    Program program = scanout({"--frames", "1"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(),
                HasSubstr("not compared: the camera looks at the screen of voodoo, and bochs-drm "
                          "shows it"));
    // A camera in the options is assumed to capture the right screen.
    Program given = scanout({"--frames", "1", "--camera", "false"});
    EXPECT_EQ(given.wait(), 4);
}

TEST_F(ScanoutWhereItWorks, BrokenCameraIsAnError) {
    Program program = scanout({"--frames", "1", "--camera", "false"});
    EXPECT_EQ(program.wait(), 4);
    EXPECT_THAT(program.printed(), HasSubstr("the camera command failed"));
}

TEST_F(ScanoutWhereItWorks, FormerStateComesBackAtTheEnd) {
    const kms::DisplayState before = state();
    Program program = scanout({"--frames", "1"});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("the display shows again what it showed before"));
    EXPECT_THAT(changes_since(before), IsEmpty());
}

/// The display, used by this process.
class ScreenInUse : public ScanoutWhereItWorks {
protected:
    void SetUp() override {
        ScanoutWhereItWorks::SetUp();
        if (IsSkipped()) {
            return;
        }
        auto card = kms::Card::open("bochs-drm");
        ASSERT_TRUE(card) << card.error().front();
        card_.emplace(*std::move(card));
        auto output = kms::choose_output(*card_, {.mode = "640x480"});
        ASSERT_TRUE(output) << output.error().front();
        output_ = *std::move(output);
        exporter_ = *open_exporter("exporter");
    }

    [[nodiscard]] const kms::Card& card() const { return *card_; }
    [[nodiscard]] kms::Screen screen() const { return {card(), output_}; }
    [[nodiscard]] DrawnBuffer drawn() const {
        return {*exporter_, output_.extent(), DRM_FORMAT_XRGB8888};
    }
    [[nodiscard]] kms::Framebuffer framebuffer(const DrawnBuffer& drawn) const {
        return *kms::Framebuffer::create(card(), drawn.buffer(), drawn.layout());
    }
    [[nodiscard]] kms::Framebuffer framebuffer() const { return framebuffer(drawn()); }

private:
    std::optional<kms::Card> card_;
    kms::Output output_;
    std::unique_ptr<Exporter> exporter_;
};

TEST_F(ScreenInUse, RestoringIsOfWhatWasShownThen) {
    const kms::FormerState console(card());
    const auto nothing = console.restore(card());
    EXPECT_FALSE(nothing.changed);
    EXPECT_THAT(nothing.different, IsEmpty());

    kms::Screen shown = screen();
    const kms::Framebuffer first = framebuffer();
    const kms::Framebuffer second = framebuffer();
    shown.show(first);
    const kms::FormerState former(card());
    shown.flip_to(second);
    const auto restored = former.restore(card());
    EXPECT_TRUE(restored.changed);
    EXPECT_THAT(restored.different, IsEmpty());

    EXPECT_TRUE(console.restore(card()).changed);
}

TEST_F(ScreenInUse, AFormerFramebufferThatIsGoneIsSaid) {
    kms::Screen shown = screen();
    std::optional<kms::Framebuffer> first(framebuffer());
    const kms::Framebuffer second = framebuffer();
    shown.show(*first);
    const kms::FormerState former(card());
    shown.show(second);
    first.reset(); // its owner ends
    const auto restored = former.restore(card());
    EXPECT_THAT(restored.different,
                ElementsAre(HasSubstr("bochs-drm refuses to show what it showed before"),
                            HasSubstr("FB_ID is ")));
}

/// A flip to memory with a pending fence, until the wait for the flip times out.
void give_up_on_flip(kms::Screen& screen, const kms::Framebuffer& framebuffer) {
    try {
        screen.flip_to(framebuffer);
        ADD_FAILURE() << "the flip was done before the memory was";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code().value(), ETIMEDOUT) << error.what();
    }
}

TEST_F(ScreenInUse, TheEventOfAFlipThatWasGivenUpOnIsNotTakenForAnothers) {
    const kms::FormerState console(card());
    const test::Vgem device;
    const std::array drawn_into{drawn(), drawn(), drawn()};
    std::vector<kms::Framebuffer> framebuffers;
    for (const DrawnBuffer& each : drawn_into) {
        framebuffers.push_back(framebuffer(each));
    }
    kms::Screen shown = screen();
    shown.show(framebuffers[0]);
    const auto wait_for_event = [this] {
        pollfd event{.fd = card().fd(), .events = POLLIN, .revents = 0};
        constexpr int too_long = 60'000; // ms; only ever reached by a failure
        EXPECT_EQ(::poll(&event, 1, too_long), 1);
    };
    for (const std::size_t next : {1UZ, 2UZ}) {
        test::LateFence late(device, drawn_into[next].buffer().fd(), test::LateFence::writes);
        give_up_on_flip(shown, framebuffers[next]);
        late.signal();
        wait_for_event();
    }
    shown.flip_to(framebuffers[0]);
    EXPECT_TRUE(console.restore(card()).changed);
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
    const kms::DisplayState before = state();
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
        EXPECT_THAT(program.printed(), HasSubstr("ended by signal"));
    }
    EXPECT_THAT(changes_since(before), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(By, Ended, testing::Values(SIGINT, SIGTERM, SIGKILL, SIGABRT),
                         [](const auto& signal) {
                             return std::string(::sigabbrev_np(signal.param));
                         });

TEST_F(ScanoutWhereItWorks, StopsWhenTheGuardianIsAskedTo) {
    const kms::DisplayState before = state();
    Program program = scanout({"--interval", "100"});
    ASSERT_TRUE(program.prints("the display shows it"));
    program.send(SIGTERM);
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(changes_since(before), IsEmpty());
}

/// A camera command that prints its process id, and never ends.
class Waiting : public ScanoutWhereItWorks, public testing::WithParamInterface<int> {
protected:
    [[nodiscard]] std::string camera() const {
        return text::format("echo $$ >{0}/new; mv {0}/new {0}/camera; exec sleep 1000; :", out());
    }

    [[nodiscard]] pid_t wait_for_camera() const {
        pid_t pid = 0;
        while (!(std::ifstream(out() + "/camera") >> pid)) {
            ::usleep(10'000);
        }
        return pid;
    }
};

TEST_P(Waiting, ForTheCameraEndsWhenAskedTo) {
    const kms::DisplayState before = state();
    Program program = scanout({"--frames", "1", "--camera", camera()});
    const pid_t pid = wait_for_camera();
    program.send(GetParam());
    EXPECT_EQ(program.wait(), 4) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("the camera was interrupted"));
    EXPECT_THAT(changes_since(before), IsEmpty());
    EXPECT_EQ(::kill(pid, 0), -1) << "the camera's command is still there";
}

INSTANTIATE_TEST_SUITE_P(By, Waiting, testing::Values(SIGINT, SIGTERM, SIGHUP),
                         [](const auto& signal) {
                             return std::string(::sigabbrev_np(signal.param));
                         });

TEST_F(ScanoutWhereItWorks, CameraThatTakesTooLongIsAnError) {
    Program program =
        scanout({"--frames", "1", "--camera", "sleep 1000; :", "--camera-patience", "100"});
    EXPECT_EQ(program.wait(), 4);
    EXPECT_THAT(program.printed(), HasSubstr("has not ended within 100 ms"));
}

TEST_F(ScanoutWhereItWorks, CamerasWordsAreNotAmongTheJson) {
    save_png(Picture(Extent{640, 480}), out() + "/other.png");
    const std::string command = text::format(
        "{0} scanout --json --frames 1 --mode 640x480 --out {1} --camera 'echo words; cp "
        "{1}/other.png' >{1}/json 2>{1}/words",
        test::program_path(), out());
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), differ);
    std::ifstream json(out() + "/json");
    EXPECT_EQ(json.get(), '{');
    std::ifstream words(out() + "/words");
    const std::string said{std::istreambuf_iterator<char>(words), {}};
    EXPECT_THAT(said, HasSubstr("words"));
}

// Kernels on which it does not

TEST_F(Scanout, KernelThatCannotImportSaysSoWithTheDriversName) {
    if (test::display_imports()) {
        GTEST_SKIP() << "this kernel's bochs-drm imports dma-bufs; that is tested";
    }
    Program program = scanout({"--frames", "1"});
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(),
                HasSubstr("bochs-drm does not import a dma-buf of another driver"));
}

// Errors on all kernels

TEST_F(Scanout, CardThatIsNotThere) {
    Program by_path({"scanout", "--card", "/dev/dri/card77"});
    EXPECT_EQ(by_path.wait(), unsupported);
    EXPECT_THAT(by_path.printed(), HasSubstr("/dev/dri/card77 cannot be opened: No such file"));
    Program by_name({"scanout", "--card", "voodoo"});
    EXPECT_EQ(by_name.wait(), bad_usage);
    EXPECT_THAT(by_name.printed(), HasSubstr("no card is driven by 'voodoo'; "));
    EXPECT_THAT(by_name.printed(), HasSubstr("bochs-drm"));
}

TEST_F(Scanout, FileThatIsNoCard) {
    Program program({"scanout", "--card", "/dev/null"});
    EXPECT_EQ(program.wait(), unsupported);
    EXPECT_THAT(program.printed(), HasSubstr("/dev/null is no DRM device"));
}

TEST_F(Scanout, ConnectorThatIsNotThere) {
    Program program = scanout({"--connector", "HDMI-A-9"});
    EXPECT_EQ(program.wait(), bad_usage);
    EXPECT_THAT(program.printed(),
                HasSubstr("bochs-drm has no connector 'HDMI-A-9'; it has Virtual-1"));
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
    const DrawnBuffer drawn(**exporter, {64, 64}, rgb_fourccs().front());
    ImageLayout lie = drawn.layout();
    lie.extent.height = 6400; // far beyond the buffer
    const auto framebuffer = kms::Framebuffer::create(*card, drawn.buffer(), lie);
    ASSERT_FALSE(framebuffer);
    EXPECT_THAT(framebuffer.error().front(),
                AnyOf(HasSubstr("bochs-drm makes no framebuffer of 64x6400"),
                      HasSubstr("bochs-drm does not import")));
    lie = drawn.layout();
    lie.planes[0].offset = std::uint64_t{1} << 32; // 0, if it were cut
    const auto elsewhere = kms::Framebuffer::create(*card, drawn.buffer(), lie);
    ASSERT_FALSE(elsewhere);
    EXPECT_THAT(elsewhere.error().front(), HasSubstr("offset 4294967296"));
}

} // namespace
} // namespace parallax
