// SPDX-License-Identifier: MIT
// One picture from every side: CPU, GPU, OpenGL, a compositor, a display, other processes and a
// device, in one run, one verdict and one file.
#include "files/picture_file.hpp"
#include "support/display.hpp"
#include "support/kernel.hpp"
#include "support/module.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

#include "parallax/text.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace parallax {
namespace {

using test::Program;
using testing::HasSubstr;
using testing::Not;

class Views : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_EQ(std::system("modprobe bochs"), 0);
        uapi::load_importer();
    }

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

    [[nodiscard]] Program render(const std::string& views,
                                 std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{
            "render",  "--validate", "--size", "640x480",
            "--views", views,        "--out",  folder_.path().string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Program(std::move(arguments));
    }

private:
    test::TemporaryFolder folder_;
};

/// The number of places where a sheet has a picture.
int count(const Picture& sheet, const Picture& part) {
    const auto [width, height] = part.extent();
    int found = 0;
    for (std::uint32_t top = 0; top + height <= sheet.extent().height; ++top) {
        for (std::uint32_t left = 0; left + width <= sheet.extent().width; ++left) {
            bool same = true;
            for (std::uint32_t y = 0; same && y < height; ++y) {
                same = std::ranges::equal(sheet.row(top + y).subspan(left, width), part.row(y));
            }
            found += same ? 1 : 0;
        }
    }
    return found;
}

TEST_F(Views, AllThatThisMachineHasAgree) {
    const test::TemporaryFolder runtime;
    const test::Compositor compositor(runtime.path(), {.width = 640, .height = 480});
    ::setenv("XDG_RUNTIME_DIR", runtime.path().c_str(), 1);
    ::setenv("WAYLAND_DISPLAY", test::Compositor::socket, 1);
    Picture picture = test_pattern({.width = 640, .height = 480}, 1);
    for (Rgba8& pixel : picture.pixels()) {
        pixel.a = 255;
    }
    const std::string file = (runtime.path() / "picture.png").string();
    save_png(picture, file);
    Program program = render("all", {"--image", file});
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("same memory: 0 of "));
    EXPECT_THAT(program.printed(), HasSubstr("another process reads: 307200 pixels, 0"));
    EXPECT_THAT(program.printed(), HasSubstr("another process's GPU reads: 307200 pixels, 0"));
    EXPECT_THAT(program.printed(), HasSubstr("OpenGL draws: 307200 pixels, 0"));
    EXPECT_THAT(program.printed(), HasSubstr("the compositor shows: 307200 pixels, 0"));
    EXPECT_THAT(program.printed(), HasSubstr("a device reads by DMA: 307200 pixels, 0"));
    int views = 7; // with CPU and GPU
    if (test::display_imports()) {
        EXPECT_THAT(program.printed(), HasSubstr("display shows: 307200 pixels, 0"));
        EXPECT_THAT(program.printed(), Not(HasSubstr("not seen   display")));
        ++views;
    } else {
        EXPECT_THAT(program.printed(),
                    HasSubstr("not seen   display: bochs-drm does not import a dma-buf"));
    }
    EXPECT_EQ(count(load_picture((folder() / "views.png").string()), picture), views);
}

TEST_F(Views, DisplayWithoutACameraIsNotSeen) {
    ::unsetenv("PARALLAX_SCREEN_CAMERA");
    Program program = render("cpu,gpu,display");
    EXPECT_EQ(program.wait(), 3) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("same memory: 0 of "));
    EXPECT_THAT(program.printed(),
                HasSubstr(test::display_imports()
                              ? "not seen   display: bochs-drm Virtual-1 shows it, but no camera"
                              : "not seen   display: bochs-drm does not import a dma-buf"));
    EXPECT_THAT(program.printed(), HasSubstr("not every view named by --views is available here"));
}

TEST_F(Views, DisplayThatTheCameraDoesNotSeeIsNotSeen) {
    if (!test::display_imports()) {
        GTEST_SKIP() << "this kernel's bochs-drm imports no dma-buf; its refusal is tested";
    }
    ASSERT_EQ(::setenv("PARALLAX_SCREEN_CAMERA_CARD", "voodoo", 1), 0);
    Program program = render("cpu,gpu,display");
    EXPECT_EQ(program.wait(), 3) << program.printed();
    EXPECT_THAT(program.printed(),
                HasSubstr("not seen   display: the camera looks at the screen of voodoo"));
}

TEST_F(Views, RequestToStopEndsTheCameraAndLeavesNothing) {
    if (!test::display_imports()) {
        GTEST_SKIP() << "this kernel's bochs-drm imports no dma-buf, so no camera looks at it";
    }
    const test::TemporaryFolder folder;
    const std::string tmp = (folder.path() / "tmp").string();
    std::filesystem::create_directory(tmp);
    ::setenv("TMPDIR", tmp.c_str(), 1);
    ::setenv("PARALLAX_SCREEN_CAMERA",
             text::format("echo $$ >{0}/new; mv {0}/new {0}/camera; exec sleep 1000; :",
                          folder.path().string())
                 .c_str(),
             1);
    Program program = render("cpu,gpu,display");
    pid_t camera = 0;
    while (!(std::ifstream(folder.path() / "camera") >> camera)) {
        ::usleep(10'000);
    }
    program.send(SIGINT);
    EXPECT_EQ(program.wait(), -SIGINT) << program.printed();
    EXPECT_EQ(::kill(camera, 0), -1) << "the camera's command is still there";
    EXPECT_TRUE(std::filesystem::is_empty(tmp));
}

/// True if a process of that name is among the children of a process and their children.
bool has_descendant(pid_t pid, std::string_view name) {
    std::ifstream children(text::format("/proc/{0}/task/{0}/children", pid));
    for (pid_t child = 0; children >> child;) {
        std::ifstream file(text::format("/proc/{}/comm", child));
        std::string comm;
        if ((file >> comm && comm == name) || has_descendant(child, name)) {
            return true;
        }
    }
    return false;
}

/// True if the process is a zombie.
bool has_ended(pid_t pid) {
    siginfo_t end{};
    return ::waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           end.si_pid == pid;
}

TEST_F(Views, KilledWhileAnotherProcessLooksItLeavesNothing) {
    const test::TemporaryFolder folder;
    ::setenv("TMPDIR", folder.path().c_str(), 1);
    Program program = render("cpu,gpu,process-import");
    while (!has_descendant(program.pid(), "cleanup")) {
        ASSERT_FALSE(has_ended(program.pid()));
        ::usleep(1000);
    }
    EXPECT_FALSE(std::filesystem::is_empty(folder.path()));
    program.send(SIGKILL);
    EXPECT_EQ(program.wait(), -SIGKILL);
    for (int i = 0; i < 60'000 && !std::filesystem::is_empty(folder.path()); ++i) {
        ::usleep(1000);
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    ::unsetenv("TMPDIR");
}

/// True once requests to stop it come as an fd.
bool waits_for_signals(pid_t pid) {
    std::error_code gone;
    const std::filesystem::directory_iterator fds(text::format("/proc/{}/fd", pid), gone);
    return std::ranges::any_of(fds, [&gone](const std::filesystem::directory_entry& fd) {
        return std::filesystem::read_symlink(fd, gone) == "anon_inode:[signalfd]";
    });
}

TEST_F(Views, OfLumaAndChromaEndAtOnceWhenAskedToStop) {
    Program program({"render", "--format", "NV12", "--size", "2048x2048", "--out", "/nowhere"});
    while (!waits_for_signals(program.pid())) {
        ASSERT_FALSE(has_ended(program.pid()));
        ::usleep(1000);
    }
    program.send(SIGINT);
    EXPECT_EQ(program.wait(), -SIGINT) << program.printed();
}

TEST_F(Views, UnknownViewIsBadUsage) {
    Program program = render("cpu,third-eye");
    EXPECT_EQ(program.wait(), 2);
    EXPECT_THAT(program.printed(),
                HasSubstr("no view is named 'third-eye'; there are cpu, gpu, process, "
                          "process-import, gl, display, compositor, device, video, all"));
}

} // namespace
} // namespace parallax
